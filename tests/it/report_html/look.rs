//! What holds for every page, whatever is in it, at every width and in both colours.

use std::path::Path;

use serde_json::Value;

use super::browser::Browser;
use crate::support::Scene;

/// A desk, a tablet, a phone, and the narrowest that anybody has.
const WIDTHS: [u32; 4] = [1_100, 768, 390, 320];

/// Faults that a machine can see: tables without names, headings that skip a level, pictures
/// without words, the same name twice.
const UNREADABLE: &str = r#"(() => {
    const faults = [], all = what => [...document.querySelectorAll(what)];
    for (const part of ["header", "nav", "main", "footer", "h1"])
        if (all("body > " + part + ", header > h1").filter(e => e.localName === part).length !== 1)
            faults.push("not one " + part);
    for (const table of all("table"))
        if (!table.caption || !table.caption.textContent.trim()) faults.push("table without caption");
    for (const cell of all("th"))
        if (!cell.scope) faults.push("th without scope: " + cell.textContent);
    let level = 0;
    for (const heading of all("h1, h2, h3, h4")) {
        const now = Number(heading.localName[1]);
        if (now > level + 1) faults.push("heading skips a level: " + heading.textContent);
        level = now;
    }
    for (const drawing of all("svg"))
        if (drawing.getAttribute("aria-hidden") !== "true" && !drawing.getAttribute("aria-label"))
            faults.push("drawing without words");
    const ids = all("[id]").map(e => e.id);
    if (new Set(ids).size !== ids.length) faults.push("an id twice");
    for (const link of all("a[href^='#']"))
        if (!document.getElementById(link.hash.slice(1))) faults.push("dead link " + link.hash);
    for (const region of all("[aria-labelledby]"))
        if (!document.getElementById(region.getAttribute("aria-labelledby")))
            faults.push("named by nothing");
    if (!document.documentElement.lang || !document.title) faults.push("no language or title");
    return faults;
})()"#;

/// The one script that a page may have.
const SEARCH: &str = include_str!("../../../src/report/html/search.js");

/// Anything that could act, or load.
const ACTIVE: &str = r#"[...document.querySelectorAll(
        "script, img, iframe, object, embed, form, base, audio, video, link:not([rel=icon])")]
    .map(e => e.outerHTML)
    .concat([...document.querySelectorAll("*")].flatMap(e => [...e.attributes])
        .filter(a => a.name.startsWith("on") || /^\s*javascript:/i.test(a.value))
        .map(a => a.name + "=" + a.value))"#;

/// Text that stands over other text or outside of the page. A table may be wider than the page
/// within its own scrolling frame.
const OUTSIDE: &str = r#"[...document.querySelectorAll("body *")].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width > 0 && box.right > innerWidth + 1 && !e.closest(".scroll, .skip, .hidden");
    }).map(e => e.outerHTML.slice(0, 200))"#;

/// Words of letters alone that a line end parts, among the first of the page that are shown.
const BROKEN: &str = r#"(() => {
    const broken = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let left = 4000;
    for (let text = texts.nextNode(); text && left > 0; text = texts.nextNode()) {
        const around = text.parentElement;
        if (!around.checkVisibility() || around.closest("code, pre, .hidden, .stacked thead")) continue;
        for (const word of text.data.matchAll(/(?<![^\s])[A-Za-z]{2,20}(?![^\s.,;:])/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (lines.size > 1) broken.push(word[0] + " in " + text.data.slice(0, 80));
            left -= 1;
        }
    }
    return broken;
})()"#;

/// Paper is white and has no frames to scroll in; nothing on it can be clicked, so that a table is
/// open, or named with its place; a sum stands once, at its table's end.
const NOT_FOR_PAPER: &str = r#"(() => {
    const all = what => [...document.querySelectorAll(what)], seen = e => e.checkVisibility();
    const style = (e, part) => getComputedStyle(e, part);
    return [
        ...all("body").filter(e => style(e).backgroundColor !== "rgb(255, 255, 255)"),
        ...all("nav, .skip, input[type=search]").filter(seen),
        ...all("section > details td").filter(e => !seen(e)),
        ...all(".group details > summary").filter(e => !seen(e) || !/report.json/.test(style(e, "::after").content)),
        ...all("thead").filter(e => style(e).display !== "table-header-group"),
        ...all("tfoot").filter(e => style(e).display === "table-footer-group"),
        ...all("body *").filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".hidden")),
    ].map(e => e.outerHTML.slice(0, 200));
})()"#;
/// As wide as A4 between its margins.
const PAPER: u32 = 688;

/// Checks a page everywhere, and leaves pictures of it.
pub(crate) fn everywhere(browser: &mut Browser, page: &Path, name: &str) {
    for width in WIDTHS {
        for scheme in ["light", "dark"] {
            browser.open(page, width, scheme);
            let faults = faults(browser, page);
            assert!(
                faults.is_empty(),
                "{name}, {width} wide, {scheme}: {faults:#?}"
            );
            if width == 1_100 || (width == 390 && scheme == "light") {
                browser.picture(&format!("{name}-{width}-{scheme}"));
            }
        }
    }
    browser.open(page, PAPER, "dark");
    browser.show_as_printed();
    let faults = browser.ask(NOT_FOR_PAPER);
    assert_eq!(faults, Value::Array(Vec::new()), "{name}, printed");
    let printed = browser.print(name);
    assert!(printed.starts_with(b"%PDF-"), "{name}");
}

/// Everything that is wrong with the page that is open.
fn faults(browser: &mut Browser, page: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for (fault, script) in [
        ("unreadable", UNREADABLE),
        ("active", ACTIVE),
        ("outside", OUTSIDE),
        ("broken", BROKEN),
    ] {
        let found = browser.ask(script);
        let ours = Value::from(format!("<script>{SEARCH}</script>"));
        let found = found.as_array().unwrap().iter();
        let found = found.filter(|what| **what != ours);
        faults.extend(found.map(|what| format!("{fault}: {what}")));
    }
    let wider = browser.ask("document.documentElement.scrollWidth - innerWidth");
    if wider.as_i64().unwrap() > 0 {
        faults.push(format!("too wide: {wider}"));
    }
    let itself = format!("file://{}", page.display());
    let urls = browser.requests().into_iter();
    let others = urls.filter(|url| *url != itself && *url != "data:,");
    faults.extend(others.map(|url| format!("asks for {url}")));
    let complaints = browser.complaints().into_iter();
    faults.extend(complaints.map(|said| format!("complains: {said}")));
    faults
}

#[test]
fn these_checks_see_what_is_wrong() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let bad = "<html><body><table><tr><th>x</table><svg></svg><h3>skipped</h3>\
        <script>console.log('x')</script><img src='gone.png' onerror='1'>\
        <div style='width:3000px'>wide</div>\
        <p style='width:3ch;overflow-wrap:anywhere'>parted</p>";
    let scene = Scene::with("bad.html", bad);
    let page = scene.path("bad.html");
    browser.open(&page, 390, "light");
    let faults = faults(&mut browser, &page).join("\n");
    for fault in [
        "not one main",
        "table without caption",
        "th without scope",
        "skips a level",
        "drawing without words",
        "no language",
        "active: \"<script",
        "active: \"<img",
        "active: \"onerror=",
        "outside: ",
        "broken: \"parted in parted\"",
        "too wide: ",
        "asks for file://",
        "complains: ",
    ] {
        assert!(faults.contains(fault), "{fault} goes unseen:\n{faults}");
    }
}
