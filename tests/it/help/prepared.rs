//! The folder in which examples run: the files that they name, each with rows that are right.

use std::fmt::Write;
use std::io::Write as _;

use tenjin_s2s::mapping::presets::Preset;

use crate::support::{Rows, Scene, StandIn};

/// The run that examples name.
pub(crate) const RUN: &str = "20261122T010203Z-1a2b3c4d";

/// Everything that an example may name.
pub(crate) fn scene() -> Scene {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    scene.file("shop.csv", shop("\"4,99\""));
    for name in ["purchases.csv", "orders.csv", "export/a.csv"] {
        scene.file(name, shop("4.99"));
    }
    scene.file("export.csv", appsflyer());
    scene.file("datavault.csv", datavault());
    scene.file("my.toml", Preset::find("appsflyer").unwrap().text);
    scene.file("events.ndjson.gz", packed(ndjson().as_bytes()));
    scene.file(".config/fish/completions/x", "");
    scene.file(".zfunc/x", "");
    scene.file(".local/share/bash-completion/completions/x", "");
    let toml = scene.file("tenjin-s2s.toml", "delimiter = \",\"\n");
    private(&toml);
    scene
}

/// A file that nobody else can change, whatever the umask is.
pub(crate) fn private(path: &std::path::Path) {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(path, mode).unwrap();
    }
}

/// Purchases with Tenjin's names, the product and the time also under others.
fn shop(price: &str) -> String {
    let mut text = "kind,event_id,created_at,sku,product_id,price,currency,quantity,bundle_id,platform,os_version,\
                    analytics_installation_id,advertising_id,developer_device_id\n"
        .to_owned();
    let time = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(3);
    for row in 0..5 {
        let time = time.strftime("%Y-%m-%d %H:%M:%S");
        let id = format!("3f9dda78-c8a1-4c8b-8d88-0305ee6a3c0{row}");
        let _ = writeln!(
            text,
            "purchase,100{row},{time},gold,gold,{price},EUR,1,com.example.game,ios,17.5,{id},{id},{id}"
        );
    }
    text
}

pub(crate) fn ndjson() -> String {
    let mut text = String::new();
    for row in 0..5 {
        let id = format!("3f9dda78-c8a1-4c8b-8d88-0305ee6a3c0{row}");
        let _ = writeln!(
            text,
            r#"{{"kind":"event","event_id":"100{row}","event":"level_up","bundle_id":"com.example.game","platform":"android","os_version":"34","analytics_installation_id":"{id}","advertising_id":"{id}"}}"#
        );
    }
    text
}

/// One event of one user, with all that the preset asks for.
fn appsflyer() -> String {
    let time = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3c00";
    format!(
        "AppsFlyer ID,Event Time,Event Name,Event Value,Platform,OS Version,Bundle ID,IDFA,IDFV,\
         tenjin_installation_id\n\
         1-2,{},level_up,{{}},ios,17.4,com.example.game,{id},{id},{id}\n",
        time.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
}

/// Tenjin's own export, of what the SDK sent: of the days around now, whatever the hour.
fn datavault() -> String {
    let row = |hours| {
        let time = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
        let time = time.strftime("%Y-%m-%d %H:%M:%S");
        format!("{time},event,level_up,com.example.game,ios,3f9ddA78c8a14c8b8d880305ee6a3c00\n")
    };
    let header = "created_at,event_type,event,bundle_id,platform,developer_device_id\n";
    format!("{header}{}{}", row(-24), row(24))
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A run that the ledger of the scene knows; its id. In doubt, or accepted.
pub(crate) fn earlier_run(scene: &Scene, in_doubt: bool) -> String {
    let faults = if in_doubt { "lost=100%" } else { "" };
    let stand_in = StandIn::with(faults);
    earlier_run_at(scene, &stand_in.url(), i32::from(in_doubt))
}

/// The same at a server that is there later, too.
pub(crate) fn earlier_run_at(scene: &Scene, url: &str, code: i32) -> String {
    scene.file("earlier.csv", shop("4.99"));
    let upload = "earlier.csv --retries 0 --max-failures 100% --rate unlimited --in-doubt hold";
    let ended = scene.upload(url, upload).prints().exits(code);
    ended.report()["run_id"].as_str().unwrap().to_owned()
}

/// The rows in doubt of the earlier run, each with an answer, under the name that examples have.
pub(crate) fn answers(scene: &Scene) {
    let files = scene.files();
    let doubtful = files
        .iter()
        .find(|file| file.ends_with("in_doubt/1-earlier.csv"));
    let text = std::fs::read_to_string(doubtful.unwrap()).unwrap();
    let mut lines = text.lines();
    let mut answered = format!("_answer,{}\n", lines.next().unwrap());
    lines.for_each(|line| writeln!(answered, "accepted,{line}").unwrap());
    scene.file("reports/latest/in_doubt/1-events.csv", answered);
}
