//! An input that the system can no longer read, after rows of it have gone.
#![cfg(unix)]

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;

use crate::support::{Scene, StandIn, within};

/// A connection is reset, as a disk or a network folder fails: run it again, nothing is wrong with
/// the input.
#[test]
fn a_read_that_the_system_fails_says_that_running_again_goes_on() {
    let (scene, server) = (Scene::new(), StandIn::well());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut exporter = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut input, _) = listener.accept().unwrap();
    let row = |id| {
        format!(
            "purchase,{id},2026-11-25T10:00:00Z,com.example.game,android,34,\
             3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,coins,4.99,USD\n"
        )
    };
    let header = "kind,event_id,event_time,bundle_id,platform,os_version,\
                  analytics_installation_id,ip_address,product_id,price,currency\n";
    let text = header.to_owned() + &["A", "B", "C"].map(row).concat();
    exporter.write_all(text.as_bytes()).unwrap();
    // Who closes a connection without having read what came resets it.
    input.write_all(b"not read").unwrap();
    let options = "- --rate unlimited --ledger l --max-age none";
    let upload = scene.upload(&server.url(), options);
    let mut running = upload.reads(OwnedFd::from(input)).start();
    let accepted = std::time::Duration::from_secs(60);
    within(accepted, "rows are sent", || server.so_far().len() == 3);
    drop(exporter);
    let ended = running.ended();
    assert_eq!(ended.status.code(), Some(3), "{}", ended.stderr);
    let report = ended.report();
    assert_eq!(report["stop_reason"], "read_error");
    assert_eq!(report.rows("accepted"), 3);
    let said = "<stdin>: cannot be read on after line 4: ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}
