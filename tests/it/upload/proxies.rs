//! Proxy settings: one that is not understood is never a way past the proxy.

use crate::support::{Rows, Scene};

/// A host that nobody has, should a request get so far.
const NOWHERE: &str = "https://tenjin.invalid";

#[test]
fn a_setting_that_is_not_understood_is_a_usage_error_without_its_password() {
    for name in [
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ] {
        for value in [
            "http://ann:hunter2@127.0.0.1:1 ",
            "http://ann:hunter2@127.0.0.1:1\n",
            "http://CORP\\ann:hunter2@127.0.0.1:1",
            "\"http://ann:hunter2@127.0.0.1:1\"",
            "htp://ann:hunter2@127.0.0.1:1",
            "tcp://ann:hunter2@127.0.0.1:1",
            "http://ann:hunter#2@127.0.0.1:1",
        ] {
            for more in ["", "--dry-run"] {
                let scene = Scene::with("rows.csv", Rows::sound(5, 1).csv);
                let ended = scene
                    .run(&format!("upload rows.csv --endpoint-url {NOWHERE} {more}"))
                    .env(name, value)
                    .complains(&format!(
                        "error: environment variable {name}: this proxy is not understood"
                    ))
                    .exits(2);
                assert!(!ended.stderr.contains("hunter"), "{}", ended.stderr);
                assert_eq!(ended.announced, "", "no ledger was made");
                ended.has_no_report();
            }
        }
    }
}

#[test]
fn authorities_that_cannot_be_read_are_a_usage_error() {
    let scene = Scene::with("rows.csv", Rows::sound(5, 1).csv);
    scene.file("empty.pem", "");
    let upload = format!("upload rows.csv --endpoint-url {NOWHERE}");
    scene
        .run(&format!("{upload} --ca-file none.pem"))
        .complains("error: --ca-file none.pem: there is no such file")
        .exits(2);
    scene
        .run(&upload)
        .env("SSL_CERT_FILE", "empty.pem")
        .complains("error: SSL_CERT_FILE empty.pem: there is no certificate in it")
        .exits(2);
}

#[test]
fn this_machine_needs_none() {
    let scene = Scene::with("rows.csv", Rows::sound(5, 1).csv);
    scene
        .run("upload rows.csv --sandbox --rate unlimited -q")
        .env("HTTPS_PROXY", "htp://x")
        .mutters()
        .prints()
        .exits(0);
}
