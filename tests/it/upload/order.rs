//! Rows of one installation arrive in the order of the input, however many connections there are.

use std::collections::HashMap;
use std::time::Duration;

use crate::support::{Behaviour, Reply, Rows, Scene, Scripted};

#[test]
fn an_installations_rows_keep_their_order_at_any_latency() {
    let rows = Rows::sound(640, 6);
    let scene = Scene::with("rows.csv", &rows.csv);
    let server = Scripted::ruled(|_| {
        let latency = Duration::from_millis(fastrand::u64(1..40));
        Behaviour::Late(latency, Reply::accepted())
    });
    scene
        .upload(&server.url(), "rows.csv --rate unlimited --concurrency 32")
        .exits(0);
    let lines: HashMap<&str, u64> = rows.good.iter().map(|row| (&*row.mark, row.line)).collect();
    let mut last: HashMap<String, u64> = HashMap::new();
    let mut steps_back = 0;
    let mut furthest = 0;
    let seen = server.seen();
    for request in &seen {
        let (installation, mark) = installation_and_mark(&request.body);
        let line = lines[mark.as_str()];
        let before = last.insert(installation, line).unwrap_or(0);
        assert!(before < line, "line {line} came after line {before}");
        steps_back += u32::from(line < furthest);
        furthest = furthest.max(line);
    }
    assert_eq!(seen.len(), 640);
    assert!(
        steps_back > 50,
        "it was no test: the rows went nearly one by one"
    );
    assert!((16..=32).contains(&server.connections()));
}

fn installation_and_mark(body: &str) -> (String, String) {
    let values: HashMap<_, _> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let installation = values["analytics_installation_id"].clone();
    let mark = values.get("product_id").or(values.get("value"));
    (installation.clone(), mark.cloned().unwrap_or(installation))
}
