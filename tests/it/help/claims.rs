//! Each claim of the README has its tests, by name: a bold phrase, a sentence of the lists that say
//! what is promised and what is not, an exit code.

use std::fmt::Write as _;
use std::path::Path;

const README: &str = include_str!("../../../README.md");

/// Words of the README, and the tests that show them: `file::test`, the file below `tests/`.
const CLAIMS: &[(&str, &[&str])] = &[
    (
        "**Backfill history from a file.**",
        &["it/help/examples::the_commands_of_the_readme_run"],
    ),
    (
        "**Upload every night.**",
        &[
            "it/terminal/cron::a_clean_night_says_nothing_at_all",
            "it/ledger/redelivery::thirty_nights_of_new_and_updated_transactions",
        ],
    ),
    (
        "**Check exports and mappings in CI**",
        &[
            "it/validate/alone::neither_key_nor_network_nor_ledger",
            "it/presets/examples::examples_that_hold_are_counted",
        ],
    ),
    (
        "**Every row has exactly one outcome**",
        &[
            "it/upload/totals::what_was_read_is_what_became_of_it",
            "endurance/laws::the_laws_hold_for_twenty_thousand_rows_and_every_fault",
        ],
    ),
    (
        "**No double money.**",
        &[
            "it/ledger/killing::nothing_is_lost_or_doubled_by_kills",
            "it/ledger/power::nothing_is_lost_or_doubled_by_power_losses",
            "it/ledger/overlap::what_two_exports_have_in_common_goes_once",
            "it/upload/rules::money_in_doubt_is_never_sent_again_unasked",
        ],
    ),
    (
        "**Nothing lost.**",
        &[
            "it/validate/rejects::the_rejects_file_says_why_and_keeps_the_record_as_it_was",
            "it/validate/rejects::a_mended_rejects_file_uploads_and_the_whole_is_complete",
        ],
    ),
    (
        "**Pace and order.**",
        &[
            "endurance/pace::fifty_a_second",
            "endurance/pace::two_hundred_a_second",
            "it/upload/order::an_installations_rows_keep_their_order_at_any_latency",
        ],
    ),
    (
        "**Answers.**",
        &[
            "it/upload/unasked::an_answer_that_came_before_the_next_request_left_is_nobodys",
            "it/upload/unasked::a_server_that_goes_on_answering_late_is_found_out",
        ],
    ),
    (
        "**The key stays secret**",
        &[
            "it/upload/discretion::when_everything_goes_wrong",
            "it/upload/discretion::while_it_runs_and_when_it_is_killed",
        ],
    ),
    (
        "**It goes where it is told**",
        &[
            "it/http::other_machines_are_reached_through_the_proxy_of_the_environment",
            "it/upload/proxies::a_setting_that_is_not_understood_is_a_usage_error_without_its_password",
        ],
    ),
    (
        "**Accepted is not counted.**",
        &["it/upload/totals::what_was_read_is_what_became_of_it"],
    ),
    (
        "**Tenjin dates events by their arrival.**",
        &["it/upload/rules::old_rows_are_left_out_by_default_and_the_exit_code_says_so"],
    ),
    (
        "**Only what this ledger sent is recognised.**",
        &["it/wild/presets::money_that_the_vendor_may_report_as_well_is_warned_about"],
    ),
    (
        "**What is kept, and for how long:**",
        &[
            "it/ledger/places::anybody_can_ask_what_was_accepted",
            "it/ledger/deciding::what_is_forgotten_leaves_a_horizon",
        ],
    ),
    (
        "| 0 | every row",
        &["it/upload/first_steps::without_damaged_rows_all_is_well"],
    ),
    (
        "| 1 | the run ended",
        &["it/upload/first_steps::every_row_has_one_outcome_and_the_damaged_ones_are_named"],
    ),
    (
        "| 2 | usage",
        &["it/upload/usage::an_input_that_is_not_there"],
    ),
    (
        "| 3 | stopped before the end",
        &["it/upload/walls::nobody_there_stops_after_the_longest_wait_and_loses_nothing"],
    ),
    (
        "| 4 | another run",
        &["it/ledger/lock::a_second_upload_is_told_who_is_there_and_may_wait"],
    ),
    (
        "| 5 | stopped before the end, and a person",
        &["it/upload/walls::a_wrong_key_stops_within_the_first_connections"],
    ),
    (
        "| 129, 130, 143 |",
        &[
            "it/upload/signals::an_interrupt_settles_what_is_in_flight",
            "it/upload/signals::so_does_a_termination",
            "it/upload/signals::and_a_hangup",
        ],
    ),
];

#[test]
fn every_claim_of_the_readme_has_its_tests() {
    let mut wrong = String::new();
    for (words, tests) in CLAIMS {
        if !README.contains(words) {
            let _ = writeln!(wrong, "the README does not say: {words}");
        }
        for test in *tests {
            let (file, name) = test.rsplit_once("::").unwrap();
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/{file}.rs"));
            let source = std::fs::read_to_string(path).unwrap_or_default();
            if !source.contains(&format!("#[test]\nfn {name}()")) {
                let _ = writeln!(wrong, "no such test: {test}");
            }
        }
    }
    for claim in claims() {
        if !CLAIMS.iter().any(|(words, _)| claim.starts_with(words)) {
            let _ = writeln!(wrong, "a claim without a test: {claim}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What the README claims: each bold phrase, and each row of the table of exit codes.
fn claims() -> Vec<&'static str> {
    let bold = README
        .match_indices("**")
        .step_by(2)
        .map(|(place, _)| &README[place..]);
    let (_, codes) = README.split_once("| exit code |").unwrap();
    let codes = codes
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    bold.chain(codes).collect()
}
