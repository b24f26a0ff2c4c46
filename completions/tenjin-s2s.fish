# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tenjin_s2s_global_optspecs
    string join \n output= q/quiet v/verbose progress= color= config= h/help V/version
end

function __fish_tenjin_s2s_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tenjin_s2s_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tenjin_s2s_using_subcommand
    set -l cmd (__fish_tenjin_s2s_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -l output -d 'What goes to stdout; the same behind the command' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -s V -l version -d 'Print version'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "validate" -d 'Read, map, validate and normalise; needs no key, no network, no ledger'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "upload" -d 'Validate, then send to Tenjin and write a report'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "sandbox" -d 'Run a local stand-in for Tenjin, with faults on demand'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "fields" -d 'Show Tenjin\'s fields for each kind of row'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "presets" -d 'List the presets, or print one as a mapping file to edit'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "test" -d 'Run the examples that stand in mapping files'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "ledger" -d 'Show what is remembered as sent, and decide about rows in doubt'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "reconcile" -d 'Hold Tenjin\'s own export against what was accepted: what is missing, what is there twice'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "config" -d 'Show which options, apps and keys are in force, and where each comes from'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "guide" -d 'List the guides, or read one: moving from another vendor, every night, rows in doubt'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "completions" -d 'Print the completion script for a shell'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_needs_command" -f -a "man" -d 'Print the man page, or that of one command'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l format -d 'The format of the inputs' -r -f -a "auto\t'By content'
csv\t'A header and records'
ndjson\t'One JSON object a line'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l delimiter -d 'What separates the cells of a CSV file: `auto`, a character, or `tab`' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l encoding -d 'The encoding of text inputs, such as windows-1252 or `shift_jis`; UTF-8 and UTF-16 with a byte order mark need none' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l limit -d 'Read only the first N rows' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l min-rows -d 'Fewer rows in all inputs together are a mistake: nothing is sent; 0 also lets an input without rows pass without a warning' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l max-row-bytes -d 'The longest row that is read' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l preset -d 'The export\'s preset (tenjin-s2s presets lists them); `auto` recognises it by its columns' -r -f -a "auto\t'recognised by its columns'
tenjin\t'Tenjin\'s own field names, in any spelling'
appsflyer\t'AppsFlyer raw data (CSV): display names or snake_case'
adjust\t'Adjust raw data (CSV): placeholders with or without braces'
singular\t'Singular user-level events (CSV)'
branch\t'Branch daily and custom exports (CSV)'
revenuecat-transactions\t'RevenueCat transactions (CSV, scheduled data export v3 to v7)'
revenuecat-customers\t'RevenueCat customer list (CSV with semicolons): first opens'
revenuecat-webhooks\t'RevenueCat webhook events (NDJSON)'
adapty\t'Adapty webhook events (NDJSON) and exports to S3 or Google Cloud Storage (CSV)'
qonversion\t'Qonversion webhook events (NDJSON)'
purchasely\t'Purchasely webhook events (NDJSON)'
superwall\t'Superwall webhook events (NDJSON)'
ga4\t'Firebase / GA4 BigQuery export (NDJSON)'
amplitude\t'Amplitude raw export (NDJSON), and Fivetran\'s table of it (CSV)'
mixpanel\t'Mixpanel raw export (NDJSON), and Fivetran\'s table of it (CSV)'
segment\t'Segment track calls: S3 files (NDJSON) and warehouse tables (CSV)'
max\t'AppLovin MAX user-level ad revenue (CSV, aggregated=false)'
levelplay\t'ironSource / LevelPlay impression-level revenue (CSV)'
appmetrica\t'AppMetrica Logs API events (CSV or NDJSON)'
appmetrica-revenue\t'AppMetrica Logs API revenue_events (CSV or NDJSON)'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l mapping -d 'A mapping file, such as `tenjin-s2s presets NAME` prints; takes the place of a recognised preset' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l map -d 'Take a field from this column: `--map event_time=created_at`, `--map price=a||b`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l set -d 'Give a field this value where a row has none: `--set currency=EUR`, `--set os_version:ios=17`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l override -d 'Give a field this value in every row, whatever it says: `--override currency=EUR`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l kind -d 'What every row is; otherwise a column `kind` or the filled fields decide' -r -f -a "open\t''
event\t''
purchase\t''
ad_impression\t''
attribution\t''
subscription\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l bundle-id -d 'The app\'s bundle id, for rows that have none' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l platform -d 'The app\'s platform, for rows that have none; `android_other` is Android without Google Play' -r -f -a "ios\t''
android\t''
amazon\t''
android_other\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l timezone -d 'The time zone of times that carry none, such as UTC, Europe/Berlin or -05:00' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l time-format -d 'How times are written, if not as 2026-01-31 13:45:00: `%d/%m/%Y %H:%M`; several are tried in turn' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l max-age -d 'Leave out rows that are older than this; default 7 days where a time is mapped' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l allow -d 'Send a kind that is left out otherwise, since it can double revenue or is not documented for servers' -r -f -a "ad_impression\t''
attribution\t''
subscription\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l require -d 'Make the extra fields of these partners required' -r -f -a "google-ads\t''
meta-aem\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l id-format -d 'How ids are written in requests; default: plain, but dashed for `ad_impression`' -r -f -a "plain\t'32 lower-case hex digits'
dashed\t'With dashes'
keep\t'As the input has them'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l lookup -d 'Join ids that rows lack from this table: CSV or NDJSON, plain or compressed' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l lookup-key -d 'Which field of a row finds it in the table' -r -f -a "customer_user_id\t'The customer\'s own id of the user'
developer_device_id\t'IDFV'
advertising_id\t'IDFA, GAID or OAID'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l lookup-pick -d 'Of several different values take this one; default: none of them' -r -f -a "last\t'The last one in the file'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l derive-installation-id -d 'Only for apps without Tenjin\'s SDK: make `analytics_installation_id` from this field' -r -f -a "customer_user_id\t'The customer\'s own id of the user'
developer_device_id\t'IDFV'
advertising_id\t'IDFA, GAID or OAID'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l outcomes -d 'Also name duplicate and filtered rows in outcomes.ndjson' -r -f -a "problems\t'Rows that need attention'
all\t'Duplicate and filtered rows too'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l max-rejected -d 'Stop when more rows than this are rejected; with --strict before anything is sent' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l accept-warnings -d 'Take these warnings for known: they stand in the report and are not said' -r -f -a "amounts_left_out\t''
amounts_changed\t''
values_dropped\t''
no_rows\t''
too_old\t''
app_cannot_send\t''
too_many_names\t''
events_before_open\t''
not_recognised\t''
fields_wanting\t''
column_absent\t''
rows_left_over\t''
rows_in_doubt\t''
may_count_twice\t''
subscriptions_need_credentials\t''
subscription_and_purchase\t''
money_repeated\t''
money_alike\t''
money_forgotten\t''
columns_disagree\t''
price_looks_like_a_total\t''
price_not_scaled\t''
looks_like_refunds\t''
last_line_open\t''
ids_derived\t''
lookup_table_idle\t''
values_kept\t''
values_overridden\t''
too_many_decimals\t''
currency_unknown_to_sdk\t''
compared_in_part\t''
one_key_several_apps\t''
ledger_log_large\t''
counted_per_file\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l fail-on -d 'End with exit code 1 if there is a warning that is not accepted' -r -f -a "warnings\t'Warnings that are not accepted'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l output -d 'What goes to stdout; github and junit put each rejected row at its file and line, and the summary on stderr' -r -f -a "text\t'For people'
json\t'The report'
github\t'Annotations of GitHub\'s workflows'
junit\t'XML that CI servers read'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l report-dir -d 'Write reports here, each in a folder of its run\'s name; `latest` leads to the newest, and index.html lists them' -r -f -a "(__fish_complete_directories)"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l decimal-comma -d 'Read texts of amounts with a decimal comma: 4,99 or 1.234,50 EUR'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l decimal-point -d 'Read texts of amounts with a decimal point, also where others have a comma: 1.000 is one, CHF 1\'234.50 more than a thousand'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l allow-missing-ip -d 'Accept rows with neither advertising id nor IP address: Tenjin then takes this machine\'s address'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -l send-event-time -d 'Add the undocumented `sent_at` to opens, events and purchases'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l format -d 'The format of the inputs' -r -f -a "auto\t'By content'
csv\t'A header and records'
ndjson\t'One JSON object a line'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l delimiter -d 'What separates the cells of a CSV file: `auto`, a character, or `tab`' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l encoding -d 'The encoding of text inputs, such as windows-1252 or `shift_jis`; UTF-8 and UTF-16 with a byte order mark need none' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l limit -d 'Read only the first N rows' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l min-rows -d 'Fewer rows in all inputs together are a mistake: nothing is sent; 0 also lets an input without rows pass without a warning' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l max-row-bytes -d 'The longest row that is read' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l preset -d 'The export\'s preset (tenjin-s2s presets lists them); `auto` recognises it by its columns' -r -f -a "auto\t'recognised by its columns'
tenjin\t'Tenjin\'s own field names, in any spelling'
appsflyer\t'AppsFlyer raw data (CSV): display names or snake_case'
adjust\t'Adjust raw data (CSV): placeholders with or without braces'
singular\t'Singular user-level events (CSV)'
branch\t'Branch daily and custom exports (CSV)'
revenuecat-transactions\t'RevenueCat transactions (CSV, scheduled data export v3 to v7)'
revenuecat-customers\t'RevenueCat customer list (CSV with semicolons): first opens'
revenuecat-webhooks\t'RevenueCat webhook events (NDJSON)'
adapty\t'Adapty webhook events (NDJSON) and exports to S3 or Google Cloud Storage (CSV)'
qonversion\t'Qonversion webhook events (NDJSON)'
purchasely\t'Purchasely webhook events (NDJSON)'
superwall\t'Superwall webhook events (NDJSON)'
ga4\t'Firebase / GA4 BigQuery export (NDJSON)'
amplitude\t'Amplitude raw export (NDJSON), and Fivetran\'s table of it (CSV)'
mixpanel\t'Mixpanel raw export (NDJSON), and Fivetran\'s table of it (CSV)'
segment\t'Segment track calls: S3 files (NDJSON) and warehouse tables (CSV)'
max\t'AppLovin MAX user-level ad revenue (CSV, aggregated=false)'
levelplay\t'ironSource / LevelPlay impression-level revenue (CSV)'
appmetrica\t'AppMetrica Logs API events (CSV or NDJSON)'
appmetrica-revenue\t'AppMetrica Logs API revenue_events (CSV or NDJSON)'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l mapping -d 'A mapping file, such as `tenjin-s2s presets NAME` prints; takes the place of a recognised preset' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l map -d 'Take a field from this column: `--map event_time=created_at`, `--map price=a||b`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l set -d 'Give a field this value where a row has none: `--set currency=EUR`, `--set os_version:ios=17`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l override -d 'Give a field this value in every row, whatever it says: `--override currency=EUR`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l kind -d 'What every row is; otherwise a column `kind` or the filled fields decide' -r -f -a "open\t''
event\t''
purchase\t''
ad_impression\t''
attribution\t''
subscription\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l bundle-id -d 'The app\'s bundle id, for rows that have none' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l platform -d 'The app\'s platform, for rows that have none; `android_other` is Android without Google Play' -r -f -a "ios\t''
android\t''
amazon\t''
android_other\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l timezone -d 'The time zone of times that carry none, such as UTC, Europe/Berlin or -05:00' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l time-format -d 'How times are written, if not as 2026-01-31 13:45:00: `%d/%m/%Y %H:%M`; several are tried in turn' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l max-age -d 'Leave out rows that are older than this; default 7 days where a time is mapped' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l allow -d 'Send a kind that is left out otherwise, since it can double revenue or is not documented for servers' -r -f -a "ad_impression\t''
attribution\t''
subscription\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l require -d 'Make the extra fields of these partners required' -r -f -a "google-ads\t''
meta-aem\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l id-format -d 'How ids are written in requests; default: plain, but dashed for `ad_impression`' -r -f -a "plain\t'32 lower-case hex digits'
dashed\t'With dashes'
keep\t'As the input has them'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l lookup -d 'Join ids that rows lack from this table: CSV or NDJSON, plain or compressed' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l lookup-key -d 'Which field of a row finds it in the table' -r -f -a "customer_user_id\t'The customer\'s own id of the user'
developer_device_id\t'IDFV'
advertising_id\t'IDFA, GAID or OAID'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l lookup-pick -d 'Of several different values take this one; default: none of them' -r -f -a "last\t'The last one in the file'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l derive-installation-id -d 'Only for apps without Tenjin\'s SDK: make `analytics_installation_id` from this field' -r -f -a "customer_user_id\t'The customer\'s own id of the user'
developer_device_id\t'IDFV'
advertising_id\t'IDFA, GAID or OAID'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l outcomes -d 'Also name duplicate and filtered rows in outcomes.ndjson' -r -f -a "problems\t'Rows that need attention'
all\t'Duplicate and filtered rows too'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l max-rejected -d 'Stop when more rows than this are rejected; with --strict before anything is sent' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l accept-warnings -d 'Take these warnings for known: they stand in the report and are not said' -r -f -a "amounts_left_out\t''
amounts_changed\t''
values_dropped\t''
no_rows\t''
too_old\t''
app_cannot_send\t''
too_many_names\t''
events_before_open\t''
not_recognised\t''
fields_wanting\t''
column_absent\t''
rows_left_over\t''
rows_in_doubt\t''
may_count_twice\t''
subscriptions_need_credentials\t''
subscription_and_purchase\t''
money_repeated\t''
money_alike\t''
money_forgotten\t''
columns_disagree\t''
price_looks_like_a_total\t''
price_not_scaled\t''
looks_like_refunds\t''
last_line_open\t''
ids_derived\t''
lookup_table_idle\t''
values_kept\t''
values_overridden\t''
too_many_decimals\t''
currency_unknown_to_sdk\t''
compared_in_part\t''
one_key_several_apps\t''
ledger_log_large\t''
counted_per_file\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l fail-on -d 'End with exit code 1 if there is a warning that is not accepted' -r -f -a "warnings\t'Warnings that are not accepted'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l rate -d 'Requests a second (100/s) or a minute (600/m), or unlimited' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l concurrency -d 'Requests at the same time' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l batch-size -d 'Rows that are claimed together' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l retries -d 'Retries of one row' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l connect-timeout -d 'How long connecting may take' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l timeout -d 'How long a whole answer may take' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l in-doubt -d 'Rows that left without a definite answer: auto resends opens, events and subscriptions on Android, and holds other money' -r -f -a "auto\t'Resend opens and events, and subscriptions on Android; hold money'
hold\t'Hold every kind'
resend\t'Resend every kind, even money: may count revenue twice'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l ca-file -d 'Believe certificates that these authorities have signed, and no others (PEM)' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l endpoint-url -d 'Send to another server; http:// only on this machine' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l max-failures -d 'Stop when more rows than this are refused, failed or in doubt: N, or N% from row 200 on' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l max-wait -d 'The longest wait of any kind, a retry\'s included: one that would end later stops the run' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l ledger -d 'Remember and recognise what was sent in this file; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l wait-lock -d 'How long to wait for another run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l input-name -d 'What tells rows apart that have neither `event_id` nor `event_time`: the same name for the same rows, each time they are uploaded' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l sdk-key-env -d 'Read the SDK key from this environment variable' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l sdk-key-file -d 'Read the SDK key from this file' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l key-scope -d 'Which apps the one key of a run serves: that of its rows, or every app of the account' -r -f -a "app\t'The app that the first rows name'
account\t'Every app of the input'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l report-dir -d 'Write reports here, each in a folder of its run\'s name; `latest` leads to the newest, and index.html lists them' -r -f -a "(__fish_complete_directories)"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l metrics-file -d 'Leave Prometheus metrics of the run in this file, however it ends; not for a dry run' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l output -d 'What goes to stdout' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l decimal-comma -d 'Read texts of amounts with a decimal comma: 4,99 or 1.234,50 EUR'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l decimal-point -d 'Read texts of amounts with a decimal point, also where others have a comma: 1.000 is one, CHF 1\'234.50 more than a thousand'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l allow-missing-ip -d 'Accept rows with neither advertising id nor IP address: Tenjin then takes this machine\'s address'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l send-event-time -d 'Add the undocumented `sent_at` to opens, events and purchases'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l dry-run -d 'Do everything up to the wire, then show what would happen'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l sandbox -d 'Send to a sandbox in this process, instead of Tenjin; needs no key'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l strict -d 'Validate everything first, and send nothing if a row is rejected (files only)'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l require-ledger -d 'Fail if there is no ledger yet, instead of starting one that remembers nothing'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l allow-remote-ledger -d 'Use a ledger on a network drive or in a shared folder: only if no other machine uses it'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l new-identity -d 'Send rows although rows of their source were sent before that had other ids, columns or zones'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l skip-alike -d 'With --new-identity, leave out money that looks like what was sent before: the same app, user, product and amount, at a time that may be the same (filtered as `looks_sent`)'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l from-ledger -d 'Send what `ledger resolve --as resend` or a killed run released, as it was read then'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -l allow-shared-key-file -d 'Take a key file that others can read'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand upload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l listen -d 'Where to listen; this machine only' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l latency -d 'How long every answer takes' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l fault -d 'What goes wrong, and how often: http429=5%,lost=1%' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l rate-limit -d 'Answer 429 above this rate' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l key -d 'A key that clients may use, and the app that it is for: KEY=com.example.game/ios; can be given several times. A key without an app serves every app. Without this option any key is taken, each for the first app that it is used for' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l seed -d 'Makes the faults repeatable' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l record -d 'Write every recorded event to this file' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l output -d 'What goes to stdout' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -l output -d 'The form of the answer' -r -f -a "text\t'A table for people'
json\t'The tables as JSON'
csv-header\t'The first line of a CSV file'
csv-example\t'That line and a row that is right'
json-schema\t'A JSON Schema of NDJSON rows'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -l report-schema -d 'Print the JSON Schema of report.json instead'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand test" -l output -d 'In what form to answer' -r -f -a "text\t'For people'
json\t'A list with an object for each example'
junit\t'XML that CI servers read'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand test" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand test" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand test" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand test" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand test" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "status" -d 'Say what is remembered, and what is open'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "list" -d 'List the rows that are not settled'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "find" -d 'Say whether a row was sent, when, in which run, and with what amount'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "resolve" -d 'Decide about rows that are in doubt or released: all of a run, or single ones'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "forget" -d 'Forget what was accepted: by run, or before a time'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "export" -d 'Write everything as NDJSON'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "check" -d 'Read every page and every index, and say what is damaged'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "recover" -d 'Go on with a ledger that has lost something: money that it does not know is held in doubt'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and not __fish_seen_subcommand_from status list find resolve forget export check recover backup" -f -a "backup" -d 'Copy the ledger to a new file, also while it is in use'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l run -d 'Only rows of this run' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -l in-doubt -d 'Only rows in doubt'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l event-id -d 'Rows with this `event_id`' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l row -d 'The row that stood on this line of an input' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l user -d 'Rows of this `customer_user_id`' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from find" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l run -d 'The rows of this run; with --row, which run read the row' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l row -d 'The row that stood on this line of an input; several times for several rows' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l from -d 'A file from `in_doubt/` in which you have added a column `_answer` with accepted or resend; rows without an answer stay in doubt' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l as -d 'Whether Tenjin has rows in doubt (accepted), or they shall be sent again (resend); or that released rows are given up (dropped)' -r -f -a "accepted\t'Tenjin has them: never send them again'
resend\t'Tenjin does not have them: send them again'
dropped\t'Released rows are no longer waited for'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l run -d 'What this run had accepted; hashes stay, so that its rows are still recognised' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l older-than -d 'Events older than this: rows of that time will be filtered from now on' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from recover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -l wait-lock -d 'How long to wait for a run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand ledger; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l from -d 'Compare only arrivals from this day or time on (UTC); default: the day of the first one in the export' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l to -d 'Compare only arrivals up to the end of this day, or before this time; default: the day of the last one in the export' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l app -d 'Compare only this app; can be given several times' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l tolerance -d 'How many rows may be missing, or have other money: N or N%' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l export-mapping -d 'What the export\'s columns are, if they are not those that we know' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l ledger -d 'The ledger; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l endpoint-url -d 'Compare what was sent to this server instead of Tenjin' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l report-dir -d 'Write reconcile.html, reconcile.json, differences.csv and `in_doubt.csv` here, in a folder of their own' -r -f -a "(__fish_complete_directories)"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -l print-mapping -d 'Print that mapping as a file to edit, and do nothing else'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand reconcile" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l format -d 'The format of the inputs' -r -f -a "auto\t'By content'
csv\t'A header and records'
ndjson\t'One JSON object a line'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l delimiter -d 'What separates the cells of a CSV file: `auto`, a character, or `tab`' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l encoding -d 'The encoding of text inputs, such as windows-1252 or `shift_jis`; UTF-8 and UTF-16 with a byte order mark need none' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l limit -d 'Read only the first N rows' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l min-rows -d 'Fewer rows in all inputs together are a mistake: nothing is sent; 0 also lets an input without rows pass without a warning' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l max-row-bytes -d 'The longest row that is read' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l preset -d 'The export\'s preset (tenjin-s2s presets lists them); `auto` recognises it by its columns' -r -f -a "auto\t'recognised by its columns'
tenjin\t'Tenjin\'s own field names, in any spelling'
appsflyer\t'AppsFlyer raw data (CSV): display names or snake_case'
adjust\t'Adjust raw data (CSV): placeholders with or without braces'
singular\t'Singular user-level events (CSV)'
branch\t'Branch daily and custom exports (CSV)'
revenuecat-transactions\t'RevenueCat transactions (CSV, scheduled data export v3 to v7)'
revenuecat-customers\t'RevenueCat customer list (CSV with semicolons): first opens'
revenuecat-webhooks\t'RevenueCat webhook events (NDJSON)'
adapty\t'Adapty webhook events (NDJSON) and exports to S3 or Google Cloud Storage (CSV)'
qonversion\t'Qonversion webhook events (NDJSON)'
purchasely\t'Purchasely webhook events (NDJSON)'
superwall\t'Superwall webhook events (NDJSON)'
ga4\t'Firebase / GA4 BigQuery export (NDJSON)'
amplitude\t'Amplitude raw export (NDJSON), and Fivetran\'s table of it (CSV)'
mixpanel\t'Mixpanel raw export (NDJSON), and Fivetran\'s table of it (CSV)'
segment\t'Segment track calls: S3 files (NDJSON) and warehouse tables (CSV)'
max\t'AppLovin MAX user-level ad revenue (CSV, aggregated=false)'
levelplay\t'ironSource / LevelPlay impression-level revenue (CSV)'
appmetrica\t'AppMetrica Logs API events (CSV or NDJSON)'
appmetrica-revenue\t'AppMetrica Logs API revenue_events (CSV or NDJSON)'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l mapping -d 'A mapping file, such as `tenjin-s2s presets NAME` prints; takes the place of a recognised preset' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l map -d 'Take a field from this column: `--map event_time=created_at`, `--map price=a||b`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l set -d 'Give a field this value where a row has none: `--set currency=EUR`, `--set os_version:ios=17`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l override -d 'Give a field this value in every row, whatever it says: `--override currency=EUR`' -r -f -a "kind=\t''
event_time=\t''
event_id=\t''
bundle_id=\t''
platform=\t''
os_version=\t''
analytics_installation_id=\t''
advertising_id=\t''
developer_device_id=\t''
customer_user_id=\t''
app_version=\t''
ip_address=\t''
country=\t''
limit_ad_tracking=\t''
ad_user_data=\t''
ad_personalization=\t''
tracking_status=\t''
opt_in=\t''
os_version_release=\t''
build_id=\t''
locale=\t''
device_model=\t''
referrer=\t''
odm_info=\t''
event=\t''
value=\t''
product_id=\t''
price=\t''
quantity=\t''
currency=\t''
postcut=\t''
ad_revenue_mediation=\t''
network_name=\t''
revenue_decimal=\t''
revenue_cpm=\t''
ad_unit_id=\t''
ad_format=\t''
sent_at=\t''
connection_type=\t''
source_app_store=\t''
language=\t''
app_version_code=\t''
device_product=\t''
mediation_country=\t''
precision=\t''
creative_id=\t''
placement=\t''
network_placement=\t''
auction_id=\t''
carrier=\t''
device=\t''
device_brand=\t''
device_manufacturer=\t''
timezone=\t''
user_agent=\t''
session_id=\t''
screen_height=\t''
screen_width=\t''
google_play_purchase_token=\t''
purchase_date=\t''
receipt=\t''
signature=\t''
transaction_id=\t''
original_transaction_id=\t''
ios_store_kit_transaction=\t''
environment=\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l kind -d 'What every row is; otherwise a column `kind` or the filled fields decide' -r -f -a "open\t''
event\t''
purchase\t''
ad_impression\t''
attribution\t''
subscription\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l bundle-id -d 'The app\'s bundle id, for rows that have none' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l platform -d 'The app\'s platform, for rows that have none; `android_other` is Android without Google Play' -r -f -a "ios\t''
android\t''
amazon\t''
android_other\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l timezone -d 'The time zone of times that carry none, such as UTC, Europe/Berlin or -05:00' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l time-format -d 'How times are written, if not as 2026-01-31 13:45:00: `%d/%m/%Y %H:%M`; several are tried in turn' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l max-age -d 'Leave out rows that are older than this; default 7 days where a time is mapped' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l allow -d 'Send a kind that is left out otherwise, since it can double revenue or is not documented for servers' -r -f -a "ad_impression\t''
attribution\t''
subscription\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l require -d 'Make the extra fields of these partners required' -r -f -a "google-ads\t''
meta-aem\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l id-format -d 'How ids are written in requests; default: plain, but dashed for `ad_impression`' -r -f -a "plain\t'32 lower-case hex digits'
dashed\t'With dashes'
keep\t'As the input has them'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l lookup -d 'Join ids that rows lack from this table: CSV or NDJSON, plain or compressed' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l lookup-key -d 'Which field of a row finds it in the table' -r -f -a "customer_user_id\t'The customer\'s own id of the user'
developer_device_id\t'IDFV'
advertising_id\t'IDFA, GAID or OAID'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l lookup-pick -d 'Of several different values take this one; default: none of them' -r -f -a "last\t'The last one in the file'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l derive-installation-id -d 'Only for apps without Tenjin\'s SDK: make `analytics_installation_id` from this field' -r -f -a "customer_user_id\t'The customer\'s own id of the user'
developer_device_id\t'IDFV'
advertising_id\t'IDFA, GAID or OAID'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l outcomes -d 'Also name duplicate and filtered rows in outcomes.ndjson' -r -f -a "problems\t'Rows that need attention'
all\t'Duplicate and filtered rows too'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l max-rejected -d 'Stop when more rows than this are rejected; with --strict before anything is sent' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l accept-warnings -d 'Take these warnings for known: they stand in the report and are not said' -r -f -a "amounts_left_out\t''
amounts_changed\t''
values_dropped\t''
no_rows\t''
too_old\t''
app_cannot_send\t''
too_many_names\t''
events_before_open\t''
not_recognised\t''
fields_wanting\t''
column_absent\t''
rows_left_over\t''
rows_in_doubt\t''
may_count_twice\t''
subscriptions_need_credentials\t''
subscription_and_purchase\t''
money_repeated\t''
money_alike\t''
money_forgotten\t''
columns_disagree\t''
price_looks_like_a_total\t''
price_not_scaled\t''
looks_like_refunds\t''
last_line_open\t''
ids_derived\t''
lookup_table_idle\t''
values_kept\t''
values_overridden\t''
too_many_decimals\t''
currency_unknown_to_sdk\t''
compared_in_part\t''
one_key_several_apps\t''
ledger_log_large\t''
counted_per_file\t''"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l fail-on -d 'End with exit code 1 if there is a warning that is not accepted' -r -f -a "warnings\t'Warnings that are not accepted'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l rate -d 'Requests a second (100/s) or a minute (600/m), or unlimited' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l concurrency -d 'Requests at the same time' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l batch-size -d 'Rows that are claimed together' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l retries -d 'Retries of one row' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l connect-timeout -d 'How long connecting may take' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l timeout -d 'How long a whole answer may take' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l in-doubt -d 'Rows that left without a definite answer: auto resends opens, events and subscriptions on Android, and holds other money' -r -f -a "auto\t'Resend opens and events, and subscriptions on Android; hold money'
hold\t'Hold every kind'
resend\t'Resend every kind, even money: may count revenue twice'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l ca-file -d 'Believe certificates that these authorities have signed, and no others (PEM)' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l endpoint-url -d 'Send to another server; http:// only on this machine' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l max-failures -d 'Stop when more rows than this are refused, failed or in doubt: N, or N% from row 200 on' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l max-wait -d 'The longest wait of any kind, a retry\'s included: one that would end later stops the run' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l ledger -d 'Remember and recognise what was sent in this file; default: in your state directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l wait-lock -d 'How long to wait for another run that uses the ledger' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l input-name -d 'What tells rows apart that have neither `event_id` nor `event_time`: the same name for the same rows, each time they are uploaded' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l sdk-key-env -d 'Read the SDK key from this environment variable' -r -f
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l sdk-key-file -d 'Read the SDK key from this file' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l key-scope -d 'Which apps the one key of a run serves: that of its rows, or every app of the account' -r -f -a "app\t'The app that the first rows name'
account\t'Every app of the input'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l report-dir -d 'Write reports here, each in a folder of its run\'s name; `latest` leads to the newest, and index.html lists them' -r -f -a "(__fish_complete_directories)"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l metrics-file -d 'Leave Prometheus metrics of the run in this file, however it ends; not for a dry run' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l output -d 'What goes to stdout' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l decimal-comma -d 'Read texts of amounts with a decimal comma: 4,99 or 1.234,50 EUR'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l decimal-point -d 'Read texts of amounts with a decimal point, also where others have a comma: 1.000 is one, CHF 1\'234.50 more than a thousand'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l allow-missing-ip -d 'Accept rows with neither advertising id nor IP address: Tenjin then takes this machine\'s address'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l send-event-time -d 'Add the undocumented `sent_at` to opens, events and purchases'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l dry-run -d 'Do everything up to the wire, then show what would happen'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l sandbox -d 'Send to a sandbox in this process, instead of Tenjin; needs no key'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l strict -d 'Validate everything first, and send nothing if a row is rejected (files only)'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l require-ledger -d 'Fail if there is no ledger yet, instead of starting one that remembers nothing'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l allow-remote-ledger -d 'Use a ledger on a network drive or in a shared folder: only if no other machine uses it'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l new-identity -d 'Send rows although rows of their source were sent before that had other ids, columns or zones'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l skip-alike -d 'With --new-identity, leave out money that looks like what was sent before: the same app, user, product and amount, at a time that may be the same (filtered as `looks_sent`)'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l from-ledger -d 'Send what `ledger resolve --as resend` or a killed run released, as it was read then'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -l allow-shared-key-file -d 'Take a key file that others can read'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand completions" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand completions" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand completions" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand completions" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand completions" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand man" -l progress -d 'How progress is shown on stderr' -r -f -a "auto\t'A bar on a terminal, plain lines elsewhere'
bar\t'A bar that redraws itself; plain lines where stderr is no terminal'
plain\t'A line every ten seconds'
json\t'An event for programs on each line, as JSON, and nothing else'
off\t'Nothing'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand man" -l color -d 'Colour the summary' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand man" -l config -d 'Take options, apps and keys from this file; default: `tenjin-s2s.toml` here (only what describes the data) and in your configuration directory' -r -F
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand man" -s q -l quiet -d 'Say nothing unless something needs attention'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand man" -s v -l verbose -d 'Say more'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand fields" -f -a "open event purchase ad_impression attribution subscription"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand presets" -f -a "tenjin appsflyer adjust singular branch revenuecat-transactions revenuecat-customers revenuecat-webhooks adapty qonversion purchasely superwall ga4 amplitude mixpanel segment max levelplay appmetrica appmetrica-revenue"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand guide" -f -a "moving sources ci nightly systemd containers machines monitoring doubt undo sent"
complete -c tenjin-s2s -n "__fish_tenjin_s2s_using_subcommand completions" -f -a "bash elvish fish powershell zsh"
