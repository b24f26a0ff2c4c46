//! Foreign text on the page is text: it neither acts, nor hides, nor breaks the page.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::browser::Browser;
use super::look;
use crate::support::Scene;

/// What a file may hold to hurt whoever looks at a report.
const ATTACKS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "' onmouseover='alert(3)",
    "</style></svg><h1>All is well</h1>",
    "\u{202e}desrever\u{2066}\u{200f}",
    "\u{1b}[2J\u{7}\u{9b}31m",
    "{{ 7777777 * 7 }}{% include \"/etc/passwd\" %}",
    "&lt;b&gt; &#x202e; <!-- <bdo dir=rtl>",
];

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A file whose name, columns, ids, event names and bad values are attacks.
fn hostile() -> Scene {
    let mut csv = "kind,bundle_id,platform,os_version,analytics_installation_id,ip_address,\
                   event,product_id,price,quantity,currency,event_id"
        .to_owned();
    for attack in ATTACKS {
        write!(csv, ",{}", quoted(attack)).unwrap();
    }
    write!(csv, ",{}", "wide".repeat(25_000)).unwrap();
    csv.push('\n');
    let rest = ",".repeat(ATTACKS.len() + 1);
    let id = "0123456789abcdef0123456789abcdef";
    let long = "x".repeat(100_000);
    for (number, attack) in ATTACKS.into_iter().chain([long.as_str()]).enumerate() {
        let attack = quoted(attack);
        for row in [
            format!("event,com.example.game,android,34,{id},10.0.0.1,{attack},,,,"),
            format!("event,{attack},android,34,{id},10.0.0.1,level,,,,"),
            format!("purchase,com.example.game,android,34,{id},10.0.0.1,,p,{attack},1,USD"),
            format!("purchase,com.example.game,{attack},34,{id},10.0.0.1,,p,1,1,USD"),
            format!("{attack},com.example.game,android,34,{id},10.0.0.1,,,,,"),
        ] {
            writeln!(csv, "{row},e{number}{rest}").unwrap();
        }
    }
    Scene::with("\"><img src=x onerror=alert(1)>\u{202e}.csv", csv)
}

fn report(command: &str, code: i32) -> (Scene, PathBuf) {
    let scene = hostile();
    let input = "\"><img src=x onerror=alert(1)>\u{202e}.csv";
    scene
        .run(&format!("{command} --report-dir report"))
        .arg(input)
        .arg("--set")
        .arg("country=DE")
        .prints()
        .mutters()
        .exits(code);
    let page = scene.path("report/latest/report.html");
    (scene, page)
}

/// Characters that steer a terminal or the direction of writing.
const STEERING: &str = r"/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/
    .test(document.documentElement.outerHTML)";

#[test]
fn nothing_in_a_file_acts_on_the_page() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    for command in ["validate", "upload --sandbox --rate unlimited"] {
        let name = command.split(' ').next().unwrap();
        let (_scene, page) = report(command, 1);
        look::everywhere(&mut browser, &page, &format!("hostile-{name}"));
        assert_eq!(browser.ask(STEERING), false, "{name}");
        let text = browser.ask("document.body.innerText");
        let text = text.as_str().unwrap();
        for shown in [
            "<script>alert(1)</script>",
            "\\u{202e}desrever",
            "{{ 7777777 * 7 }}",
        ] {
            assert!(
                text.contains(shown),
                "{name}: {shown} is not there to be seen"
            );
        }
        assert!(!text.contains("54444439"), "{name}: a template was run");
        let longest = browser.ask(
            "Math.max(...[...document.querySelectorAll('td, th, li')]
            .map(e => e.innerText.length))",
        );
        assert!(longest.as_u64().unwrap() < 400, "{name}: {longest}");
    }
}
