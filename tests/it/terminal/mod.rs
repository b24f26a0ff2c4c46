//! What people see on a terminal, on a real one: the plan, a run that waits, one that was
//! interrupted, one that ended with rejects, a wrong key, nobody there; in two sizes, with and
//! without colours. And what programs and cron mails get instead.

#![allow(clippy::unwrap_used, reason = "tests")]

mod colours;
mod cron;
mod events;
mod hostile;
mod screens;
mod tmux;
mod waiting;
