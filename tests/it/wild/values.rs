//! What a cell means.

use super::{validate, wild};

#[test]
fn what_stands_in_a_whole_file_is_read() {
    let scene = wild("derive.csv");
    let ended = validate(&scene, "derive.csv").exits(1);
    assert_eq!(ended.report().rows("read"), 11);
}
