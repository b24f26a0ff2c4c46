#compdef tenjin-s2s

autoload -U is-at-least

_tenjin-s2s() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--output=[What goes to stdout; the same behind the command]:FORM:((text\:"For people"
json\:"For programs"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_tenjin-s2s_commands" \
"*::: :->tenjin-s2s" \
&& ret=0
    case $state in
    (tenjin-s2s)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tenjin-s2s-command-$line[1]:"
        case $line[1] in
            (validate)
_arguments "${_arguments_options[@]}" : \
'--format=[The format of the inputs]:FORMAT:((auto\:"By content"
csv\:"A header and records"
ndjson\:"One JSON object a line"))' \
'--delimiter=[What separates the cells of a CSV file\: \`auto\`, a character, or \`tab\`]:CHAR:' \
'--encoding=[The encoding of text inputs, such as windows-1252 or \`shift_jis\`; UTF-8 and UTF-16 with a byte order mark need none]:NAME:' \
'--limit=[Read only the first N rows]:N:' \
'--min-rows=[Fewer rows in all inputs together are a mistake\: nothing is sent; 0 also lets an input without rows pass without a warning]:N:' \
'--max-row-bytes=[The longest row that is read]:BYTES:' \
'--preset=[The export'\''s preset (tenjin-s2s presets lists them); \`auto\` recognises it by its columns]:NAME:((auto\:"recognised by its columns"
tenjin\:"Tenjin'\''s own field names, in any spelling"
appsflyer\:"AppsFlyer raw data (CSV)\: display names or snake_case"
adjust\:"Adjust raw data (CSV)\: placeholders with or without braces"
singular\:"Singular user-level events (CSV)"
branch\:"Branch daily and custom exports (CSV)"
revenuecat-transactions\:"RevenueCat transactions (CSV, scheduled data export v3 to v7)"
revenuecat-customers\:"RevenueCat customer list (CSV with semicolons)\: first opens"
revenuecat-webhooks\:"RevenueCat webhook events (NDJSON)"
adapty\:"Adapty webhook events (NDJSON) and exports to S3 or Google Cloud Storage (CSV)"
qonversion\:"Qonversion webhook events (NDJSON)"
purchasely\:"Purchasely webhook events (NDJSON)"
superwall\:"Superwall webhook events (NDJSON)"
ga4\:"Firebase / GA4 BigQuery export (NDJSON)"
amplitude\:"Amplitude raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
mixpanel\:"Mixpanel raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
segment\:"Segment track calls\: S3 files (NDJSON) and warehouse tables (CSV)"
max\:"AppLovin MAX user-level ad revenue (CSV, aggregated=false)"
levelplay\:"ironSource / LevelPlay impression-level revenue (CSV)"
appmetrica\:"AppMetrica Logs API events (CSV or NDJSON)"
appmetrica-revenue\:"AppMetrica Logs API revenue_events (CSV or NDJSON)"))' \
'--mapping=[A mapping file, such as \`tenjin-s2s presets NAME\` prints; takes the place of a recognised preset]:FILE:_files' \
'*--map=[Take a field from this column\: \`--map event_time=created_at\`, \`--map price=a||b\`]:FIELD=COLUMN:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'*--set=[Give a field this value where a row has none\: \`--set currency=EUR\`, \`--set os_version\:ios=17\`]:FIELD=VALUE:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'*--override=[Give a field this value in every row, whatever it says\: \`--override currency=EUR\`]:FIELD=VALUE:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'--kind=[What every row is; otherwise a column \`kind\` or the filled fields decide]:KIND:(open event purchase ad_impression attribution subscription)' \
'--bundle-id=[The app'\''s bundle id, for rows that have none]:ID:' \
'--platform=[The app'\''s platform, for rows that have none; \`android_other\` is Android without Google Play]:NAME:(ios android amazon android_other)' \
'--timezone=[The time zone of times that carry none, such as UTC, Europe/Berlin or -05\:00]:ZONE:' \
'*--time-format=[How times are written, if not as 2026-01-31 13\:45\:00\: \`%d/%m/%Y %H\:%M\`; several are tried in turn]:FORMAT:' \
'--max-age=[Leave out rows that are older than this; default 7 days where a time is mapped]:DURATION|none:' \
'*--allow=[Send a kind that is left out otherwise, since it can double revenue or is not documented for servers]:KIND:(ad_impression attribution subscription)' \
'*--require=[Make the extra fields of these partners required]:GROUP:(google-ads meta-aem)' \
'--id-format=[How ids are written in requests; default\: plain, but dashed for \`ad_impression\`]:FORM:((plain\:"32 lower-case hex digits"
dashed\:"With dashes"
keep\:"As the input has them"))' \
'--lookup=[Join ids that rows lack from this table\: CSV or NDJSON, plain or compressed]:FILE:_files' \
'--lookup-key=[Which field of a row finds it in the table]:FIELD:((customer_user_id\:"The customer'\''s own id of the user"
developer_device_id\:"IDFV"
advertising_id\:"IDFA, GAID or OAID"))' \
'--lookup-pick=[Of several different values take this one; default\: none of them]:WHICH:((last\:"The last one in the file"))' \
'--derive-installation-id=[Only for apps without Tenjin'\''s SDK\: make \`analytics_installation_id\` from this field]:FIELD:((customer_user_id\:"The customer'\''s own id of the user"
developer_device_id\:"IDFV"
advertising_id\:"IDFA, GAID or OAID"))' \
'--outcomes=[Also name duplicate and filtered rows in outcomes.ndjson]:WHICH:((problems\:"Rows that need attention"
all\:"Duplicate and filtered rows too"))' \
'--max-rejected=[Stop when more rows than this are rejected; with --strict before anything is sent]:N|N%:' \
'*--accept-warnings=[Take these warnings for known\: they stand in the report and are not said]:CODE:(amounts_left_out amounts_changed values_dropped no_rows too_old app_cannot_send too_many_names events_before_open not_recognised fields_wanting column_absent rows_left_over rows_in_doubt may_count_twice subscriptions_need_credentials subscription_and_purchase money_repeated money_alike money_forgotten columns_disagree price_looks_like_a_total price_not_scaled looks_like_refunds last_line_open ids_derived lookup_table_idle values_kept values_overridden too_many_decimals currency_unknown_to_sdk compared_in_part one_key_several_apps ledger_log_large counted_per_file)' \
'--fail-on=[End with exit code 1 if there is a warning that is not accepted]:WHAT:((warnings\:"Warnings that are not accepted"))' \
'--output=[What goes to stdout; github and junit put each rejected row at its file and line, and the summary on stderr]:FORM:((text\:"For people"
json\:"The report"
github\:"Annotations of GitHub'\''s workflows"
junit\:"XML that CI servers read"))' \
'--report-dir=[Write reports here, each in a folder of its run'\''s name; \`latest\` leads to the newest, and index.html lists them]:DIR:_files -/' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'--decimal-comma[Read texts of amounts with a decimal comma\: 4,99 or 1.234,50 EUR]' \
'(--decimal-comma)--decimal-point[Read texts of amounts with a decimal point, also where others have a comma\: 1.000 is one, CHF 1'\''234.50 more than a thousand]' \
'--allow-missing-ip[Accept rows with neither advertising id nor IP address\: Tenjin then takes this machine'\''s address]' \
'--send-event-time[Add the undocumented \`sent_at\` to opens, events and purchases]' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Files, patterns, directories, or `-` for standard input; .gz and .zst are opened as they are:_files' \
&& ret=0
;;
(upload)
_arguments "${_arguments_options[@]}" : \
'--format=[The format of the inputs]:FORMAT:((auto\:"By content"
csv\:"A header and records"
ndjson\:"One JSON object a line"))' \
'--delimiter=[What separates the cells of a CSV file\: \`auto\`, a character, or \`tab\`]:CHAR:' \
'--encoding=[The encoding of text inputs, such as windows-1252 or \`shift_jis\`; UTF-8 and UTF-16 with a byte order mark need none]:NAME:' \
'--limit=[Read only the first N rows]:N:' \
'--min-rows=[Fewer rows in all inputs together are a mistake\: nothing is sent; 0 also lets an input without rows pass without a warning]:N:' \
'--max-row-bytes=[The longest row that is read]:BYTES:' \
'--preset=[The export'\''s preset (tenjin-s2s presets lists them); \`auto\` recognises it by its columns]:NAME:((auto\:"recognised by its columns"
tenjin\:"Tenjin'\''s own field names, in any spelling"
appsflyer\:"AppsFlyer raw data (CSV)\: display names or snake_case"
adjust\:"Adjust raw data (CSV)\: placeholders with or without braces"
singular\:"Singular user-level events (CSV)"
branch\:"Branch daily and custom exports (CSV)"
revenuecat-transactions\:"RevenueCat transactions (CSV, scheduled data export v3 to v7)"
revenuecat-customers\:"RevenueCat customer list (CSV with semicolons)\: first opens"
revenuecat-webhooks\:"RevenueCat webhook events (NDJSON)"
adapty\:"Adapty webhook events (NDJSON) and exports to S3 or Google Cloud Storage (CSV)"
qonversion\:"Qonversion webhook events (NDJSON)"
purchasely\:"Purchasely webhook events (NDJSON)"
superwall\:"Superwall webhook events (NDJSON)"
ga4\:"Firebase / GA4 BigQuery export (NDJSON)"
amplitude\:"Amplitude raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
mixpanel\:"Mixpanel raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
segment\:"Segment track calls\: S3 files (NDJSON) and warehouse tables (CSV)"
max\:"AppLovin MAX user-level ad revenue (CSV, aggregated=false)"
levelplay\:"ironSource / LevelPlay impression-level revenue (CSV)"
appmetrica\:"AppMetrica Logs API events (CSV or NDJSON)"
appmetrica-revenue\:"AppMetrica Logs API revenue_events (CSV or NDJSON)"))' \
'--mapping=[A mapping file, such as \`tenjin-s2s presets NAME\` prints; takes the place of a recognised preset]:FILE:_files' \
'*--map=[Take a field from this column\: \`--map event_time=created_at\`, \`--map price=a||b\`]:FIELD=COLUMN:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'*--set=[Give a field this value where a row has none\: \`--set currency=EUR\`, \`--set os_version\:ios=17\`]:FIELD=VALUE:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'*--override=[Give a field this value in every row, whatever it says\: \`--override currency=EUR\`]:FIELD=VALUE:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'--kind=[What every row is; otherwise a column \`kind\` or the filled fields decide]:KIND:(open event purchase ad_impression attribution subscription)' \
'--bundle-id=[The app'\''s bundle id, for rows that have none]:ID:' \
'--platform=[The app'\''s platform, for rows that have none; \`android_other\` is Android without Google Play]:NAME:(ios android amazon android_other)' \
'--timezone=[The time zone of times that carry none, such as UTC, Europe/Berlin or -05\:00]:ZONE:' \
'*--time-format=[How times are written, if not as 2026-01-31 13\:45\:00\: \`%d/%m/%Y %H\:%M\`; several are tried in turn]:FORMAT:' \
'--max-age=[Leave out rows that are older than this; default 7 days where a time is mapped]:DURATION|none:' \
'*--allow=[Send a kind that is left out otherwise, since it can double revenue or is not documented for servers]:KIND:(ad_impression attribution subscription)' \
'*--require=[Make the extra fields of these partners required]:GROUP:(google-ads meta-aem)' \
'--id-format=[How ids are written in requests; default\: plain, but dashed for \`ad_impression\`]:FORM:((plain\:"32 lower-case hex digits"
dashed\:"With dashes"
keep\:"As the input has them"))' \
'--lookup=[Join ids that rows lack from this table\: CSV or NDJSON, plain or compressed]:FILE:_files' \
'--lookup-key=[Which field of a row finds it in the table]:FIELD:((customer_user_id\:"The customer'\''s own id of the user"
developer_device_id\:"IDFV"
advertising_id\:"IDFA, GAID or OAID"))' \
'--lookup-pick=[Of several different values take this one; default\: none of them]:WHICH:((last\:"The last one in the file"))' \
'--derive-installation-id=[Only for apps without Tenjin'\''s SDK\: make \`analytics_installation_id\` from this field]:FIELD:((customer_user_id\:"The customer'\''s own id of the user"
developer_device_id\:"IDFV"
advertising_id\:"IDFA, GAID or OAID"))' \
'--outcomes=[Also name duplicate and filtered rows in outcomes.ndjson]:WHICH:((problems\:"Rows that need attention"
all\:"Duplicate and filtered rows too"))' \
'--max-rejected=[Stop when more rows than this are rejected; with --strict before anything is sent]:N|N%:' \
'*--accept-warnings=[Take these warnings for known\: they stand in the report and are not said]:CODE:(amounts_left_out amounts_changed values_dropped no_rows too_old app_cannot_send too_many_names events_before_open not_recognised fields_wanting column_absent rows_left_over rows_in_doubt may_count_twice subscriptions_need_credentials subscription_and_purchase money_repeated money_alike money_forgotten columns_disagree price_looks_like_a_total price_not_scaled looks_like_refunds last_line_open ids_derived lookup_table_idle values_kept values_overridden too_many_decimals currency_unknown_to_sdk compared_in_part one_key_several_apps ledger_log_large counted_per_file)' \
'--fail-on=[End with exit code 1 if there is a warning that is not accepted]:WHAT:((warnings\:"Warnings that are not accepted"))' \
'--rate=[Requests a second (100/s) or a minute (600/m), or unlimited]:RATE:' \
'--concurrency=[Requests at the same time]:N:' \
'--batch-size=[Rows that are claimed together]:N:' \
'--retries=[Retries of one row]:N:' \
'--connect-timeout=[How long connecting may take]:DURATION:' \
'--timeout=[How long a whole answer may take]:DURATION:' \
'--in-doubt=[Rows that left without a definite answer\: auto resends opens, events and subscriptions on Android, and holds other money]:POLICY:((auto\:"Resend opens and events, and subscriptions on Android; hold money"
hold\:"Hold every kind"
resend\:"Resend every kind, even money\: may count revenue twice"))' \
'--ca-file=[Believe certificates that these authorities have signed, and no others (PEM)]:FILE:_files' \
'--endpoint-url=[Send to another server; http\:// only on this machine]:URL:_urls' \
'--max-failures=[Stop when more rows than this are refused, failed or in doubt\: N, or N% from row 200 on]:N|N%:' \
'--max-wait=[The longest wait of any kind, a retry'\''s included\: one that would end later stops the run]:DURATION:' \
'--ledger=[Remember and recognise what was sent in this file; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for another run that uses the ledger]:DURATION:' \
'--input-name=[What tells rows apart that have neither \`event_id\` nor \`event_time\`\: the same name for the same rows, each time they are uploaded]:NAME:' \
'--sdk-key-env=[Read the SDK key from this environment variable]:NAME:' \
'--sdk-key-file=[Read the SDK key from this file]:FILE:_files' \
'--key-scope=[Which apps the one key of a run serves\: that of its rows, or every app of the account]:SCOPE:((app\:"The app that the first rows name"
account\:"Every app of the input"))' \
'--report-dir=[Write reports here, each in a folder of its run'\''s name; \`latest\` leads to the newest, and index.html lists them]:DIR:_files -/' \
'--metrics-file=[Leave Prometheus metrics of the run in this file, however it ends; not for a dry run]:FILE:_files' \
'--output=[What goes to stdout]:FORM:((text\:"For people"
json\:"For programs"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'--decimal-comma[Read texts of amounts with a decimal comma\: 4,99 or 1.234,50 EUR]' \
'(--decimal-comma)--decimal-point[Read texts of amounts with a decimal point, also where others have a comma\: 1.000 is one, CHF 1'\''234.50 more than a thousand]' \
'--allow-missing-ip[Accept rows with neither advertising id nor IP address\: Tenjin then takes this machine'\''s address]' \
'--send-event-time[Add the undocumented \`sent_at\` to opens, events and purchases]' \
'--dry-run[Do everything up to the wire, then show what would happen]' \
'(--endpoint-url)--sandbox[Send to a sandbox in this process, instead of Tenjin; needs no key]' \
'--strict[Validate everything first, and send nothing if a row is rejected (files only)]' \
'--require-ledger[Fail if there is no ledger yet, instead of starting one that remembers nothing]' \
'--allow-remote-ledger[Use a ledger on a network drive or in a shared folder\: only if no other machine uses it]' \
'--new-identity[Send rows although rows of their source were sent before that had other ids, columns or zones]' \
'--skip-alike[With --new-identity, leave out money that looks like what was sent before\: the same app, user, product and amount, at a time that may be the same (filtered as \`looks_sent\`)]' \
'(--strict)--from-ledger[Send what \`ledger resolve --as resend\` or a killed run released, as it was read then]' \
'--allow-shared-key-file[Take a key file that others can read]' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Files, patterns, directories, or `-` for standard input; .gz and .zst are opened as they are:_files' \
&& ret=0
;;
(sandbox)
_arguments "${_arguments_options[@]}" : \
'--listen=[Where to listen; this machine only]:ADDRESS:' \
'--latency=[How long every answer takes]:DURATION:' \
'--fault=[What goes wrong, and how often\: http429=5%,lost=1%]:NAME=P%,...:' \
'--rate-limit=[Answer 429 above this rate]:RATE:' \
'*--key=[A key that clients may use, and the app that it is for\: KEY=com.example.game/ios; can be given several times. A key without an app serves every app. Without this option any key is taken, each for the first app that it is used for]:KEY[=BUNDLE_ID/PLATFORM]:' \
'--seed=[Makes the faults repeatable]:N:' \
'--record=[Write every recorded event to this file]:FILE:_files' \
'--output=[What goes to stdout]:FORM:((text\:"For people"
json\:"For programs"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(fields)
_arguments "${_arguments_options[@]}" : \
'--output=[The form of the answer]:FORM:((text\:"A table for people"
json\:"The tables as JSON"
csv-header\:"The first line of a CSV file"
csv-example\:"That line and a row that is right"
json-schema\:"A JSON Schema of NDJSON rows"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'(--output)--report-schema[Print the JSON Schema of report.json instead]' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::kind -- Only this kind:(open event purchase ad_impression attribution subscription)' \
&& ret=0
;;
(presets)
_arguments "${_arguments_options[@]}" : \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::name -- Which preset to print:((tenjin\:"Tenjin'\''s own field names, in any spelling"
appsflyer\:"AppsFlyer raw data (CSV)\: display names or snake_case"
adjust\:"Adjust raw data (CSV)\: placeholders with or without braces"
singular\:"Singular user-level events (CSV)"
branch\:"Branch daily and custom exports (CSV)"
revenuecat-transactions\:"RevenueCat transactions (CSV, scheduled data export v3 to v7)"
revenuecat-customers\:"RevenueCat customer list (CSV with semicolons)\: first opens"
revenuecat-webhooks\:"RevenueCat webhook events (NDJSON)"
adapty\:"Adapty webhook events (NDJSON) and exports to S3 or Google Cloud Storage (CSV)"
qonversion\:"Qonversion webhook events (NDJSON)"
purchasely\:"Purchasely webhook events (NDJSON)"
superwall\:"Superwall webhook events (NDJSON)"
ga4\:"Firebase / GA4 BigQuery export (NDJSON)"
amplitude\:"Amplitude raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
mixpanel\:"Mixpanel raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
segment\:"Segment track calls\: S3 files (NDJSON) and warehouse tables (CSV)"
max\:"AppLovin MAX user-level ad revenue (CSV, aggregated=false)"
levelplay\:"ironSource / LevelPlay impression-level revenue (CSV)"
appmetrica\:"AppMetrica Logs API events (CSV or NDJSON)"
appmetrica-revenue\:"AppMetrica Logs API revenue_events (CSV or NDJSON)"))' \
&& ret=0
;;
(test)
_arguments "${_arguments_options[@]}" : \
'--output=[In what form to answer]:FORM:((text\:"For people"
json\:"A list with an object for each example"
junit\:"XML that CI servers read"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::mappings -- Mapping files, or names of presets:_default' \
&& ret=0
;;
(ledger)
_arguments "${_arguments_options[@]}" : \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
":: :_tenjin-s2s__subcmd__ledger_commands" \
"*::: :->ledger" \
&& ret=0

    case $state in
    (ledger)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tenjin-s2s-ledger-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--run=[Only rows of this run]:ID:' \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'--in-doubt[Only rows in doubt]' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(find)
_arguments "${_arguments_options[@]}" : \
'--event-id=[Rows with this \`event_id\`]:ID:' \
'--row=[The row that stood on this line of an input]:FILE:LINE:' \
'--user=[Rows of this \`customer_user_id\`]:ID:' \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(resolve)
_arguments "${_arguments_options[@]}" : \
'(--from)--run=[The rows of this run; with --row, which run read the row]:ID:' \
'(--from)*--row=[The row that stood on this line of an input; several times for several rows]:FILE:LINE:' \
'(--as)--from=[A file from \`in_doubt/\` in which you have added a column \`_answer\` with accepted or resend; rows without an answer stay in doubt]:FILE:_files' \
'--as=[Whether Tenjin has rows in doubt (accepted), or they shall be sent again (resend); or that released rows are given up (dropped)]:WHAT:((accepted\:"Tenjin has them\: never send them again"
resend\:"Tenjin does not have them\: send them again"
dropped\:"Released rows are no longer waited for"))' \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
'--run=[What this run had accepted; hashes stay, so that its rows are still recognised]:ID:' \
'--older-than=[Events older than this\: rows of that time will be filtered from now on]:DURATION:' \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(recover)
_arguments "${_arguments_options[@]}" : \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for a run that uses the ledger]:DURATION:' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':to -- The copy:_files' \
&& ret=0
;;
        esac
    ;;
esac
;;
(reconcile)
_arguments "${_arguments_options[@]}" : \
'--from=[Compare only arrivals from this day or time on (UTC); default\: the day of the first one in the export]:TIME:' \
'--to=[Compare only arrivals up to the end of this day, or before this time; default\: the day of the last one in the export]:TIME:' \
'*--app=[Compare only this app; can be given several times]:BUNDLE_ID[/PLATFORM]:' \
'--tolerance=[How many rows may be missing, or have other money\: N or N%]:N|N%:' \
'--export-mapping=[What the export'\''s columns are, if they are not those that we know]:FILE:_files' \
'--ledger=[The ledger; default\: in your state directory]:FILE:_files' \
'--endpoint-url=[Compare what was sent to this server instead of Tenjin]:URL:_urls' \
'--report-dir=[Write reconcile.html, reconcile.json, differences.csv and \`in_doubt.csv\` here, in a folder of their own]:DIR:_files -/' \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'()--print-mapping[Print that mapping as a file to edit, and do nothing else]' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::exports -- Tenjin'\''s own raw export\: files, patterns, directories, or - for standard input:_files' \
&& ret=0
;;
(config)
_arguments "${_arguments_options[@]}" : \
'--format=[The format of the inputs]:FORMAT:((auto\:"By content"
csv\:"A header and records"
ndjson\:"One JSON object a line"))' \
'--delimiter=[What separates the cells of a CSV file\: \`auto\`, a character, or \`tab\`]:CHAR:' \
'--encoding=[The encoding of text inputs, such as windows-1252 or \`shift_jis\`; UTF-8 and UTF-16 with a byte order mark need none]:NAME:' \
'--limit=[Read only the first N rows]:N:' \
'--min-rows=[Fewer rows in all inputs together are a mistake\: nothing is sent; 0 also lets an input without rows pass without a warning]:N:' \
'--max-row-bytes=[The longest row that is read]:BYTES:' \
'--preset=[The export'\''s preset (tenjin-s2s presets lists them); \`auto\` recognises it by its columns]:NAME:((auto\:"recognised by its columns"
tenjin\:"Tenjin'\''s own field names, in any spelling"
appsflyer\:"AppsFlyer raw data (CSV)\: display names or snake_case"
adjust\:"Adjust raw data (CSV)\: placeholders with or without braces"
singular\:"Singular user-level events (CSV)"
branch\:"Branch daily and custom exports (CSV)"
revenuecat-transactions\:"RevenueCat transactions (CSV, scheduled data export v3 to v7)"
revenuecat-customers\:"RevenueCat customer list (CSV with semicolons)\: first opens"
revenuecat-webhooks\:"RevenueCat webhook events (NDJSON)"
adapty\:"Adapty webhook events (NDJSON) and exports to S3 or Google Cloud Storage (CSV)"
qonversion\:"Qonversion webhook events (NDJSON)"
purchasely\:"Purchasely webhook events (NDJSON)"
superwall\:"Superwall webhook events (NDJSON)"
ga4\:"Firebase / GA4 BigQuery export (NDJSON)"
amplitude\:"Amplitude raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
mixpanel\:"Mixpanel raw export (NDJSON), and Fivetran'\''s table of it (CSV)"
segment\:"Segment track calls\: S3 files (NDJSON) and warehouse tables (CSV)"
max\:"AppLovin MAX user-level ad revenue (CSV, aggregated=false)"
levelplay\:"ironSource / LevelPlay impression-level revenue (CSV)"
appmetrica\:"AppMetrica Logs API events (CSV or NDJSON)"
appmetrica-revenue\:"AppMetrica Logs API revenue_events (CSV or NDJSON)"))' \
'--mapping=[A mapping file, such as \`tenjin-s2s presets NAME\` prints; takes the place of a recognised preset]:FILE:_files' \
'*--map=[Take a field from this column\: \`--map event_time=created_at\`, \`--map price=a||b\`]:FIELD=COLUMN:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'*--set=[Give a field this value where a row has none\: \`--set currency=EUR\`, \`--set os_version\:ios=17\`]:FIELD=VALUE:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'*--override=[Give a field this value in every row, whatever it says\: \`--override currency=EUR\`]:FIELD=VALUE:(kind= event_time= event_id= bundle_id= platform= os_version= analytics_installation_id= advertising_id= developer_device_id= customer_user_id= app_version= ip_address= country= limit_ad_tracking= ad_user_data= ad_personalization= tracking_status= opt_in= os_version_release= build_id= locale= device_model= referrer= odm_info= event= value= product_id= price= quantity= currency= postcut= ad_revenue_mediation= network_name= revenue_decimal= revenue_cpm= ad_unit_id= ad_format= sent_at= connection_type= source_app_store= language= app_version_code= device_product= mediation_country= precision= creative_id= placement= network_placement= auction_id= carrier= device= device_brand= device_manufacturer= timezone= user_agent= session_id= screen_height= screen_width= google_play_purchase_token= purchase_date= receipt= signature= transaction_id= original_transaction_id= ios_store_kit_transaction= environment=)' \
'--kind=[What every row is; otherwise a column \`kind\` or the filled fields decide]:KIND:(open event purchase ad_impression attribution subscription)' \
'--bundle-id=[The app'\''s bundle id, for rows that have none]:ID:' \
'--platform=[The app'\''s platform, for rows that have none; \`android_other\` is Android without Google Play]:NAME:(ios android amazon android_other)' \
'--timezone=[The time zone of times that carry none, such as UTC, Europe/Berlin or -05\:00]:ZONE:' \
'*--time-format=[How times are written, if not as 2026-01-31 13\:45\:00\: \`%d/%m/%Y %H\:%M\`; several are tried in turn]:FORMAT:' \
'--max-age=[Leave out rows that are older than this; default 7 days where a time is mapped]:DURATION|none:' \
'*--allow=[Send a kind that is left out otherwise, since it can double revenue or is not documented for servers]:KIND:(ad_impression attribution subscription)' \
'*--require=[Make the extra fields of these partners required]:GROUP:(google-ads meta-aem)' \
'--id-format=[How ids are written in requests; default\: plain, but dashed for \`ad_impression\`]:FORM:((plain\:"32 lower-case hex digits"
dashed\:"With dashes"
keep\:"As the input has them"))' \
'--lookup=[Join ids that rows lack from this table\: CSV or NDJSON, plain or compressed]:FILE:_files' \
'--lookup-key=[Which field of a row finds it in the table]:FIELD:((customer_user_id\:"The customer'\''s own id of the user"
developer_device_id\:"IDFV"
advertising_id\:"IDFA, GAID or OAID"))' \
'--lookup-pick=[Of several different values take this one; default\: none of them]:WHICH:((last\:"The last one in the file"))' \
'--derive-installation-id=[Only for apps without Tenjin'\''s SDK\: make \`analytics_installation_id\` from this field]:FIELD:((customer_user_id\:"The customer'\''s own id of the user"
developer_device_id\:"IDFV"
advertising_id\:"IDFA, GAID or OAID"))' \
'--outcomes=[Also name duplicate and filtered rows in outcomes.ndjson]:WHICH:((problems\:"Rows that need attention"
all\:"Duplicate and filtered rows too"))' \
'--max-rejected=[Stop when more rows than this are rejected; with --strict before anything is sent]:N|N%:' \
'*--accept-warnings=[Take these warnings for known\: they stand in the report and are not said]:CODE:(amounts_left_out amounts_changed values_dropped no_rows too_old app_cannot_send too_many_names events_before_open not_recognised fields_wanting column_absent rows_left_over rows_in_doubt may_count_twice subscriptions_need_credentials subscription_and_purchase money_repeated money_alike money_forgotten columns_disagree price_looks_like_a_total price_not_scaled looks_like_refunds last_line_open ids_derived lookup_table_idle values_kept values_overridden too_many_decimals currency_unknown_to_sdk compared_in_part one_key_several_apps ledger_log_large counted_per_file)' \
'--fail-on=[End with exit code 1 if there is a warning that is not accepted]:WHAT:((warnings\:"Warnings that are not accepted"))' \
'--rate=[Requests a second (100/s) or a minute (600/m), or unlimited]:RATE:' \
'--concurrency=[Requests at the same time]:N:' \
'--batch-size=[Rows that are claimed together]:N:' \
'--retries=[Retries of one row]:N:' \
'--connect-timeout=[How long connecting may take]:DURATION:' \
'--timeout=[How long a whole answer may take]:DURATION:' \
'--in-doubt=[Rows that left without a definite answer\: auto resends opens, events and subscriptions on Android, and holds other money]:POLICY:((auto\:"Resend opens and events, and subscriptions on Android; hold money"
hold\:"Hold every kind"
resend\:"Resend every kind, even money\: may count revenue twice"))' \
'--ca-file=[Believe certificates that these authorities have signed, and no others (PEM)]:FILE:_files' \
'--endpoint-url=[Send to another server; http\:// only on this machine]:URL:_urls' \
'--max-failures=[Stop when more rows than this are refused, failed or in doubt\: N, or N% from row 200 on]:N|N%:' \
'--max-wait=[The longest wait of any kind, a retry'\''s included\: one that would end later stops the run]:DURATION:' \
'--ledger=[Remember and recognise what was sent in this file; default\: in your state directory]:FILE:_files' \
'--wait-lock=[How long to wait for another run that uses the ledger]:DURATION:' \
'--input-name=[What tells rows apart that have neither \`event_id\` nor \`event_time\`\: the same name for the same rows, each time they are uploaded]:NAME:' \
'--sdk-key-env=[Read the SDK key from this environment variable]:NAME:' \
'--sdk-key-file=[Read the SDK key from this file]:FILE:_files' \
'--key-scope=[Which apps the one key of a run serves\: that of its rows, or every app of the account]:SCOPE:((app\:"The app that the first rows name"
account\:"Every app of the input"))' \
'--report-dir=[Write reports here, each in a folder of its run'\''s name; \`latest\` leads to the newest, and index.html lists them]:DIR:_files -/' \
'--metrics-file=[Leave Prometheus metrics of the run in this file, however it ends; not for a dry run]:FILE:_files' \
'--output=[What goes to stdout]:FORM:((text\:"For people"
json\:"For programs"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'--decimal-comma[Read texts of amounts with a decimal comma\: 4,99 or 1.234,50 EUR]' \
'(--decimal-comma)--decimal-point[Read texts of amounts with a decimal point, also where others have a comma\: 1.000 is one, CHF 1'\''234.50 more than a thousand]' \
'--allow-missing-ip[Accept rows with neither advertising id nor IP address\: Tenjin then takes this machine'\''s address]' \
'--send-event-time[Add the undocumented \`sent_at\` to opens, events and purchases]' \
'--dry-run[Do everything up to the wire, then show what would happen]' \
'(--endpoint-url)--sandbox[Send to a sandbox in this process, instead of Tenjin; needs no key]' \
'--strict[Validate everything first, and send nothing if a row is rejected (files only)]' \
'--require-ledger[Fail if there is no ledger yet, instead of starting one that remembers nothing]' \
'--allow-remote-ledger[Use a ledger on a network drive or in a shared folder\: only if no other machine uses it]' \
'--new-identity[Send rows although rows of their source were sent before that had other ids, columns or zones]' \
'--skip-alike[With --new-identity, leave out money that looks like what was sent before\: the same app, user, product and amount, at a time that may be the same (filtered as \`looks_sent\`)]' \
'(--strict)--from-ledger[Send what \`ledger resolve --as resend\` or a killed run released, as it was read then]' \
'--allow-shared-key-file[Take a key file that others can read]' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Files, patterns, directories, or `-` for standard input; .gz and .zst are opened as they are:_files' \
&& ret=0
;;
(guide)
_arguments "${_arguments_options[@]}" : \
'--output=[The form of the answer]:FORM:((text\:"For people"
json\:"For programs"))' \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::name -- Which guide to print:(moving sources ci nightly systemd containers machines monitoring doubt undo sent)' \
&& ret=0
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':shell -- Which shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'--progress=[How progress is shown on stderr]:FORM:((auto\:"A bar on a terminal, plain lines elsewhere"
bar\:"A bar that redraws itself; plain lines where stderr is no terminal"
plain\:"A line every ten seconds"
json\:"An event for programs on each line, as JSON, and nothing else"
off\:"Nothing"))' \
'--color=[Colour the summary]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--config=[Take options, apps and keys from this file; default\: \`tenjin-s2s.toml\` here (only what describes the data) and in your configuration directory]:FILE:_files' \
'-q[Say nothing unless something needs attention]' \
'--quiet[Say nothing unless something needs attention]' \
'(-q --quiet)-v[Say more]' \
'(-q --quiet)--verbose[Say more]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::command -- Which command; without it one page for all:_default' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_tenjin-s2s_commands] )) ||
_tenjin-s2s_commands() {
    local commands; commands=(
'validate:Read, map, validate and normalise; needs no key, no network, no ledger' \
'upload:Validate, then send to Tenjin and write a report' \
'sandbox:Run a local stand-in for Tenjin, with faults on demand' \
'fields:Show Tenjin'\''s fields for each kind of row' \
'presets:List the presets, or print one as a mapping file to edit' \
'test:Run the examples that stand in mapping files' \
'ledger:Show what is remembered as sent, and decide about rows in doubt' \
'reconcile:Hold Tenjin'\''s own export against what was accepted\: what is missing, what is there twice' \
'config:Show which options, apps and keys are in force, and where each comes from' \
'guide:List the guides, or read one\: moving from another vendor, every night, rows in doubt' \
'completions:Print the completion script for a shell' \
'man:Print the man page, or that of one command' \
    )
    _describe -t commands 'tenjin-s2s commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__completions_commands] )) ||
_tenjin-s2s__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s completions commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__config_commands] )) ||
_tenjin-s2s__subcmd__config_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s config commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__fields_commands] )) ||
_tenjin-s2s__subcmd__fields_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s fields commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__guide_commands] )) ||
_tenjin-s2s__subcmd__guide_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s guide commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger_commands] )) ||
_tenjin-s2s__subcmd__ledger_commands() {
    local commands; commands=(
'status:Say what is remembered, and what is open' \
'list:List the rows that are not settled' \
'find:Say whether a row was sent, when, in which run, and with what amount' \
'resolve:Decide about rows that are in doubt or released\: all of a run, or single ones' \
'forget:Forget what was accepted\: by run, or before a time' \
'export:Write everything as NDJSON' \
'check:Read every page and every index, and say what is damaged' \
'recover:Go on with a ledger that has lost something\: money that it does not know is held in doubt' \
'backup:Copy the ledger to a new file, also while it is in use' \
    )
    _describe -t commands 'tenjin-s2s ledger commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__backup_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger backup commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__check_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger check commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__export_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger export commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__find_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__find_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger find commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__forget_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger forget commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__list_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger list commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__recover_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__recover_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger recover commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__resolve_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__resolve_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger resolve commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__ledger__subcmd__status_commands] )) ||
_tenjin-s2s__subcmd__ledger__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s ledger status commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__man_commands] )) ||
_tenjin-s2s__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s man commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__presets_commands] )) ||
_tenjin-s2s__subcmd__presets_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s presets commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__reconcile_commands] )) ||
_tenjin-s2s__subcmd__reconcile_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s reconcile commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__sandbox_commands] )) ||
_tenjin-s2s__subcmd__sandbox_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s sandbox commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__test_commands] )) ||
_tenjin-s2s__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s test commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__upload_commands] )) ||
_tenjin-s2s__subcmd__upload_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s upload commands' commands "$@"
}
(( $+functions[_tenjin-s2s__subcmd__validate_commands] )) ||
_tenjin-s2s__subcmd__validate_commands() {
    local commands; commands=()
    _describe -t commands 'tenjin-s2s validate commands' commands "$@"
}

if [ "$funcstack[1]" = "_tenjin-s2s" ]; then
    _tenjin-s2s "$@"
else
    compdef _tenjin-s2s tenjin-s2s
fi
