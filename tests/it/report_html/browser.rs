//! A headless Chromium, spoken to through two pipes in its own protocol, without more libraries.
//!
//! One at a time: each is as large as all other tests together.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

/// Far more than any answer takes.
const DEADLINE: Duration = Duration::from_secs(120);

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const OPTIONS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--remote-debugging-pipe",
    "--window-size=1100,900",
];

pub(crate) struct Browser {
    child: Child,
    to: Option<File>,
    from: Receiver<Value>,
    session: String,
    last: u64,
    events: Vec<Value>,
    _folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts one. None, with a loud word, where there is no Chromium; on the build server that
    /// is a failure.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = program() else {
            assert!(std::env::var_os("CI").is_none(), "chromium is missing");
            let text = "\n*** NOT TESTED: report.html needs chromium (apt-get install chromium)\n";
            let _ = writeln!(std::io::stderr(), "{text}");
            return None;
        };
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let (commands, answers) = (pipe(&folder, "commands"), pipe(&folder, "answers"));
        // The protocol's pipes are the descriptors 3 and 4.
        let child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<\"$COMMANDS\" 4>\"$ANSWERS\""])
            .arg(program)
            .args(OPTIONS)
            .arg(format!(
                "--user-data-dir={}",
                folder.path().join("profile").display()
            ))
            .env("COMMANDS", &commands)
            .env("ANSWERS", &answers)
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = File::options().write(true).open(commands).unwrap();
        let from = listen(File::open(answers).unwrap());
        let mut browser = Browser {
            child,
            to: Some(to),
            from,
            session: String::new(),
            last: 0,
            events: Vec::new(),
            _folder: folder,
            _turn: turn,
        };
        browser.attach();
        Some(browser)
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call("Target.attachToTarget", attach);
        self.session = session["sessionId"].as_str().unwrap().into();
        for domain in ["Network", "Runtime", "Log", "Page"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
    }

    /// Shows a file in a window of this width.
    pub(crate) fn open(&mut self, page: &Path, width: u32, scheme: &str) {
        self.events.clear();
        let size = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500
        });
        self.call("Emulation.setDeviceMetricsOverride", size);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
        let url = format!("file://{}", page.display());
        let answer = self.call("Page.navigate", json!({ "url": url }));
        assert_eq!(answer.get("errorText"), None, "{url}");
        while !self
            .events
            .iter()
            .any(|event| event["method"] == "Page.loadEventFired")
        {
            let event = self.from.recv_timeout(DEADLINE).expect("the page loads");
            self.events.push(event);
        }
    }

    /// Shows the page as it is printed.
    pub(crate) fn show_as_printed(&mut self) {
        self.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    }

    /// What a piece of script returns.
    #[track_caller]
    pub(crate) fn ask(&mut self, script: &str) -> Value {
        let how = json!({ "expression": script, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", how);
        assert_eq!(answer.get("exceptionDetails"), None, "{script}");
        answer["result"]["value"].clone()
    }

    /// Addresses that the page asked for since it was opened.
    pub(crate) fn requests(&self) -> Vec<&str> {
        let events = self.events.iter();
        let sent = events.filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.filter_map(|event| event["params"]["request"]["url"].as_str())
            .collect()
    }

    /// Words on the console, faults, dialogues.
    pub(crate) fn complaints(&self) -> Vec<&Value> {
        let loud = [
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
            "Page.javascriptDialogOpening",
        ];
        let events = self.events.iter();
        events
            .filter(|event| loud.iter().any(|method| event["method"] == *method))
            .collect()
    }

    /// Leaves a picture of the whole page.
    pub(crate) fn picture(&mut self, name: &str) {
        let how = json!({ "format": "png", "captureBeyondViewport": true, "clip": self.whole() });
        let picture = self.call("Page.captureScreenshot", how);
        keep(&format!("{name}.png"), &bytes(&picture));
    }

    fn whole(&mut self) -> Value {
        let size = self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"].clone();
        json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 })
    }

    /// Prints the page, and leaves what came out.
    pub(crate) fn print(&mut self, name: &str) -> Vec<u8> {
        let how = json!({ "preferCSSPageSize": true, "printBackground": false });
        let printed = bytes(&self.call("Page.printToPDF", how));
        keep(&format!("{name}.pdf"), &printed);
        printed
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "every caller makes it for this call"
    )]
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let to = self.to.as_mut().unwrap();
        to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let answer = self.from.recv_timeout(DEADLINE).expect(method);
            if answer["id"] == self.last {
                assert_eq!(answer.get("error"), None, "{method}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends by itself when nobody speaks to it any more, unless it hangs.
        drop(self.to.take());
        for _ in 0..200 {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut places =
        std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    places.find(|place| place.is_file())
}

fn pipe(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    assert!(
        Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    path
}

/// Messages end with a zero byte.
fn listen(from: File) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for message in BufReader::new(from).split(0) {
            let Ok(message) = message else { return };
            let Ok(message) = serde_json::from_slice(&message) else {
                return;
            };
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    receiver
}

fn bytes(answer: &Value) -> Vec<u8> {
    let text = answer["data"].as_str().unwrap();
    base64::prelude::BASE64_STANDARD.decode(text).unwrap()
}

fn keep(name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_html");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
}
