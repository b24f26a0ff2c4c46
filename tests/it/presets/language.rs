//! The mapping language word by word: a mapping file, a row, and what the row becomes.

use std::path::Path;

use super::rows;

/// A mapping file over one file of rows, and what they become.
fn made(mapping: &str, name: &str, text: &str) -> String {
    tried(mapping, name, text).unwrap_or_else(|error| panic!("{mapping}: {error:#}"))
}

fn tried(mapping: &str, name: &str, text: &str) -> anyhow::Result<String> {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mapping = format!("--mapping={}", written("my.toml", mapping));
    let input = written(Path::new(name).file_name().unwrap().to_str().unwrap(), text);
    rows(&[&input, &mapping, "--max-age=none"])
}

const ID: &str = "3f9dda78c8a14c8b8d880305ee6a3ca9";

/// What a purchase needs besides what a test is about.
const PURCHASE: &str = "\
    kind = { constant = \"purchase\" }\n\
    bundle_id = { constant = \"com.example.game\" }\n\
    ip_address = { constant = \"203.0.113.9\" }\n\
    event_id = \"no\"\n\
    analytics_installation_id = { constant = \"3f9dda78c8a14c8b8d880305ee6a3ca9\" }\n\
    product_id = { constant = \"coins\" }\n";

/// The fields that a test does not speak of.
fn rest(fields: &str) -> String {
    let mut text = format!("[fields]\n{PURCHASE}");
    for (field, line) in [
        ("platform", "platform = { constant = \"android\" }"),
        ("os_version", "os_version = { constant = \"34\" }"),
        ("price", "price = { constant = \"1\" }"),
        ("quantity", "quantity = { constant = \"1\" }"),
        ("currency", "currency = { constant = \"USD\" }"),
    ] {
        let is_said = fields
            .lines()
            .any(|said| said.starts_with(&format!("{field} =")));
        if !is_said {
            text += line;
            text += "\n";
        }
    }
    text + fields
}

/// The value that a field gets from one cell, `-` if it is not sent, or the code of the row's first fault.
fn sent(fields: &str, header: &str, row: &str, field: &str) -> String {
    let text = format!("no,{header}\ne-1,{row}\n");
    let made = made(&rest(fields), "in.csv", &text);
    if let Some((_, fault)) = made.split_once("rejected\n") {
        return fault.split_whitespace().next().unwrap().to_owned();
    }
    let value = made.lines().find_map(|line| {
        let line = line.trim_start().strip_prefix(field)?;
        line.strip_prefix('=')
    });
    value.unwrap_or("-").to_owned()
}

/// A field's line, the header, a row, and what is sent or said of it.
const TRANSFORMS: &str = r#"
price = { column = "p", scale = -6 } ; p ; 4990000 ; price=4.99
price = { column = "p", scale = -2 } ; p ; 499 ; price=4.99
price = { column = "p", scale = 3 } ; p ; 0.5 ; price=500
price = { column = "p", divide_by = "n" } ; p,n ; 9.98,2 ; price=4.99
price = { column = "p", divide_by = "n" } ; p,n ; 10,3 ; price=invalid_number
price = { column = "p", read = "decimal_comma" } ; p ; "1.234,50" ; price=1234.50
price = { column = "p", read = "decimal_comma", scale = -2 } ; p ; "12,5" ; price=0.125
price = { column = "p", read = "exponent" } ; p ; 3.4E-6 ; price=0.0000034
platform = { column = "os", table = { i = "ios", A = "android" } } ; os ; a ; platform=android
platform = { column = "os", table = { i = "ios" }, otherwise = "amazon" } ; os ; x ; platform=amazon
platform = { column = "os", table = { i = "ios" } } ; os ; x ; platform=invalid_choice
os_version = { column = "v", read = "api_level" } ; v ; 8.1.0 ; os_version=27
os_version = { column = "v", read = "api_level" } ; v ; 17 ; os_version=37
country = { column = "c", read = "country_name" } ; c ; United Kingdom ; country=GB
country = { column = "c", read = "country_name" } ; c ; Atlantis ; country=-
limit_ad_tracking = { column = "t", read = "boolean" } ; t ; Y ; limit_ad_tracking=1
limit_ad_tracking = { column = "t", read = "boolean" } ; t ; off ; limit_ad_tracking=0
limit_ad_tracking = { column = "t", read = "not" } ; t ; true ; limit_ad_tracking=0
currency = { column = "c", default = "EUR" } ; c ; "" ; currency=EUR
app_version = { nothing = true } ; app_version ; 1.0 ; app_version=-
app_version = "a||b" ; a,b ; ,2.0 ; app_version=2.0
app_version = "cell.deep.1.v" ; cell ; "{""deep"":[0,{""v"":""3.0""}]}" ; app_version=3.0
app_version = "gone?" ; x ; 1 ; app_version=-
"#;

#[test]
fn every_transform_does_what_it_says() {
    for line in TRANSFORMS.trim().lines() {
        let parts: Vec<&str> = line.split(" ; ").collect();
        let (field, value) = parts[3].split_once('=').unwrap();
        assert_eq!(sent(parts[0], parts[1], parts[2], field), value, "{line}");
    }
}

#[test]
fn every_time_is_the_same_moment() {
    for (line, cell) in [
        ("{ column = \"at\", read = \"seconds\" }", "1748772000.5"),
        ("{ column = \"at\", read = \"millis\" }", "1748772000500"),
        ("{ column = \"at\", read = \"micros\" }", "1748772000500000"),
        (
            "{ column = \"at\", time_format = \"%d/%m/%Y %H:%M:%S%.f %z\" }",
            "01/06/2025 12:00:00.5 +0200",
        ),
        (
            "{ column = \"at\", time_format = \"%Y%m%d %H%M%S%.f\" }",
            "20250601 100000.5",
        ),
        ("\"at\"", "1748772000500"),
        ("\"at\"", "2025-06-01 10:00:00.5"),
    ] {
        let fields = format!(
            "[fields]\nkind = {{ constant = \"ad_impression\" }}\nbundle_id = {{ constant = \"a.b\" }}\n\
             platform = {{ constant = \"android\" }}\napp_version = {{ constant = \"1\" }}\n\
             ip_address = {{ constant = \"203.0.113.9\" }}\ncurrency = {{ constant = \"USD\" }}\n\
             analytics_installation_id = {{ constant = \"{ID}\" }}\n\
             ad_revenue_mediation = {{ constant = \"max\" }}\nnetwork_name = {{ constant = \"x\" }}\n\
             revenue_decimal = {{ constant = \"1\" }}\nevent_time = {line}\n"
        );
        let mapping = format!("timezone = \"UTC\"\n{fields}");
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let mapping = format!("--mapping={}", path("my.toml", &mapping));
        let input = path("in.csv", &format!("at\n{cell}\n"));
        let made = rows(&[&input, &mapping, "--max-age=none", "--allow=ad_impression"]).unwrap();
        assert!(
            made.contains("sent_at=1748772000500"),
            "{line} {cell}: {made}"
        );
    }
}

#[test]
fn a_constant_counts_only_where_its_condition_holds() {
    let line = "currency = { constant = \"USD\", when = [{ column = \"local\", filled = false }], or = \"cur\" }";
    for (row, value) in [
        ("9.99,EUR", "EUR"),
        (",EUR", "USD"),
        ("9.99,", "missing_field"),
    ] {
        assert_eq!(sent(line, "local,cur", row, "currency"), value, "{row}");
    }
}

#[test]
fn cents_of_currencies_without_cents_are_whole() {
    let line = "currency = \"cur\"\nprice = { column = \"minor\", when = [{ column = \"cur\", not_in = [\"JPY\", \"KRW\"] }], scale = -2, or = \"minor\" }";
    for (row, price) in [
        ("499,USD", "4.99"),
        ("500,JPY", "500"),
        ("1200,krw", "1200"),
    ] {
        assert_eq!(sent(line, "minor,cur", row, "price"), price, "{row}");
    }
}

#[test]
fn rules_decide_kinds_names_and_what_is_left_out() {
    let mapping = "\
        [fields]\n\
        event = \"name\"\n\
        event_id = \"id\"\n\
        bundle_id = { constant = \"com.example.game\" }\n\
        platform = { constant = \"android\" }\n\
        os_version = { constant = \"34\" }\n\
        ip_address = { constant = \"203.0.113.9\" }\n\
        analytics_installation_id = { constant = \"3f9dda78c8a14c8b8d880305ee6a3ca9\" }\n\
        product_id = \"params.sku\"\n\
        price = \"params.price\"\n\
        currency = \"params.cur\"\n\
        [rename]\n\
        af_level = \"level_up\"\n\
        [[filter]]\n\
        reason = \"free\"\n\
        when = [{ column = \"params.price\", at_most = \"0\" }]\n\
        [[filter]]\n\
        reason = \"test_user\"\n\
        when = [{ column = \"user\", starts_with = [\"qa_\"] }, { column = \"staff\", yes = true }]\n\
        [[kind]]\n\
        is = \"open\"\n\
        when = [{ column = \"name\", in = [\"launch\"] }]\n\
        [[kind]]\n\
        is = \"purchase\"\n\
        when = [{ column = \"params.price\", above = \"0\" }]\n\
        [[kind]]\n\
        is = \"event\"\n";
    let text = r#"{"id":1,"name":"Launch"}
{"id":2,"name":"af_level","user":"qa_1","staff":"no"}
{"id":3,"name":"af_level","user":"QA_1","staff":"yes"}
{"id":4,"name":"buy","params":[{"key":"sku","value":{"string_value":"gem","int_value":null}},{"key":"price","value":{"double_value":4.99}},{"key":"cur","value":{"string_value":"EUR"}}]}
{"id":5,"name":"buy","params":[{"key":"price","value":{"double_value":0.0}}]}
{"id":4,"name":"buy","params":[{"key":"sku","value":{"string_value":"gem"}},{"key":"price","value":{"double_value":4.99}},{"key":"cur","value":{"string_value":"EUR"}}]}
"#;
    let made = made(mapping, "in.ndjson", text);
    let lines: Vec<&str> = made
        .lines()
        .filter(|line| !line.starts_with("    "))
        .collect();
    assert_eq!(
        lines[1..],
        [
            "  1 open open",
            "  2 event level_up",
            "  3 filtered test_user",
            "  4 purchase purchase",
            "  5 filtered free",
            "  6 purchase purchase",
        ]
    );
    for part in [
        "product_id=gem",
        "price=4.99",
        "currency=EUR",
        "event=level_up",
    ] {
        assert!(made.contains(part), "{part}: {made}");
    }
}

#[test]
fn words_that_would_be_read_and_not_obeyed_are_refused_with_their_place() {
    for (line, error) in [
        (
            "currency = { constant = \"USD\", scale = -2 }",
            "`scale` has no effect here: it needs a `column`",
        ),
        (
            "currency = { constant = \"USD\", or = \"cur\" }",
            "`or` has no effect here: a constant must not be empty, unless it has a `when`",
        ),
        (
            "currency = { constant = \"USD\", default = \"EUR\" }",
            "`default` has no effect here: a constant must not be empty, unless it has a `when`",
        ),
        (
            "currency = { nothing = true, read = \"exponent\" }",
            "`read` has no effect here: it needs a `column`",
        ),
        (
            "currency = { default = \"USD\", when = [{ column = \"a\", yes = true }] }",
            "`when` has no effect here: it needs a `column`",
        ),
        (
            "currency = { column = \"cur\", otherwise = \"USD\" }",
            "`otherwise` has no effect here: it stands beside a `table`",
        ),
        (
            "currency = { column = \"cur\", constant = \"USD\" }",
            "give it one of `column`, `constant` or `nothing = true`",
        ),
        (
            "currency = { column = \"cur\", default = \"DOLLAR\" }",
            "DOLLAR: not an ISO 4217 currency code: write an ISO 4217 code, as EUR or USD",
        ),
        (
            "platform = { column = \"os\", table = { i = \"iso\" } }",
            "iso: not one of the values that Tenjin takes: write ios, android, amazon or android_other",
        ),
        (
            "event_time = { column = \"at\", time_format = \"yyyy-MM-dd\" }",
            "time_format: \"yyyy-MM-dd\" is not a format of a date and a time, such as %d/%m/%Y %H:%M",
        ),
        (
            "event_id = { constant = \"1\" }",
            "an id tells rows apart, so it cannot be the same for all",
        ),
        (
            "price = { column = \"p\", scale = -60 }",
            "scale is a power of ten from -18 to 18",
        ),
    ] {
        let field = line.split(' ').next().unwrap();
        let said = tried(
            &format!("[fields]\n{line}\n"),
            "in.csv",
            "cur,os,at,p\n,,,\n",
        );
        let said = format!("{:#}", said.unwrap_err());
        assert!(
            said.ends_with(&format!("my.toml:2:1: {field}: {error}")),
            "{said}"
        );
    }
}

#[test]
fn what_is_about_the_whole_file_is_no_field() {
    let mapping = "[fields]\nid_source = \"orders\"\n";
    let said = tried(mapping, "in.csv", "cur\n,\n").unwrap_err();
    let said = format!("{said:#}");
    let expected =
        "my.toml:2:1: `id_source` is about the whole file: write it above the first line with a [";
    assert!(said.ends_with(expected), "{said}");
}
