//! Tests of the board at a fixed time in a fixed window.

use super::*;
use crate::fixtures::{at, begin, created, resource, started};

/// Draws the rows; a bar is shown as its counts.
fn drawn(events: &[TimedEvent], now: u64, window: WindowSize) -> String {
    let mut board = Board::new(
        "shop · env prod · account 111122223333 · us-east-1".to_owned(),
        ColorMode::Plain,
    );
    events.iter().for_each(|event| board.apply(event));
    let rows = board.rows(Duration::from_secs(now), window);
    assert!(
        rows.len() < window.rows,
        "{} rows in a window of {}",
        rows.len(),
        window.rows
    );
    let text = rows.iter().map(|row| match &row.bar {
        Some(bar) => format!(
            "{}  [{}/{} of {}]  {}\n",
            row.text, bar.done, bar.all, bar.columns, bar.after
        ),
        None => format!("{}\n", row.text.trim_end()),
    });
    text.collect()
}

fn run() -> Vec<TimedEvent> {
    vec![
        at(
            0,
            begin(&[("network", 2), ("private-api", 3), ("consumer", 1)]),
        ),
        at(1, started("network")),
        at(19, created("network", 18)),
        at(20, started("private-api")),
        at(21, resource("private-api", "Logs", "CREATE_COMPLETE")),
        at(
            21,
            resource("private-api", "Endpoint", "CREATE_IN_PROGRESS"),
        ),
        at(50, resource("private-api", "Greeter", "CREATE_IN_PROGRESS")),
    ]
}

#[test]
fn every_stack_has_a_row_and_running_ones_show_resources() {
    let window = WindowSize {
        rows: 24,
        columns: 80,
    };
    insta::assert_snapshot!(drawn(&run(), 65, window), @r#"
    shop · env prod · account 111122223333 · us-east-1                        1:05
    ✓ network          2/2  0:18
    ▸ private-api      1/3   0:45  [1/3 of 24]  creating
        Endpoint  VPCEndpoint  creating 0:44
        Greeter   VPCEndpoint  creating 0:15
    · consumer         0/1  waits for private-api
    3/6 resources
    "#);
}

#[test]
fn a_narrow_window_drops_the_bar_and_truncates() {
    let window = WindowSize {
        rows: 24,
        columns: 40,
    };
    insta::assert_snapshot!(drawn(&run(), 65, window), @r#"
    shop · env prod · account 111122… 1:05
    ✓ network          2/2  0:18
    ▸ private-api      1/3   0:45  creating
        Endpoint  VPCEndpoint  creating 0:…
        Greeter   VPCEndpoint  creating 0:…
    · consumer         0/1  waits for priv…
    3/6 resources
    "#);
}

#[test]
fn the_board_fits_any_window() {
    let names: Vec<String> = (0..40).map(|index| format!("stack-{index}")).collect();
    let stacks: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 5)).collect();
    let mut events = vec![at(0, begin(&stacks))];
    for (index, name) in names.iter().enumerate().take(30) {
        events.push(at(1, started(name)));
        match index % 3 {
            0 => events.push(at(2, created(name, 1))),
            _ => events.push(at(2, resource(name, "Endpoint", "CREATE_IN_PROGRESS"))),
        }
    }
    for rows in 2..60 {
        drawn(&events, 5, WindowSize { rows, columns: 80 });
    }
    insta::assert_snapshot!(drawn(&events, 5, WindowSize { rows: 8, columns: 60 }), @r#"
    shop · env prod · account 111122223333 · us-east-1    0:05
    ▸ stack-1       0/5   0:04  [0/5 of 20]  creating
    ▸ stack-2       0/5   0:04  [0/5 of 20]  creating
    ▸ stack-4       0/5   0:04  [0/5 of 20]  creating
    ▸ stack-5       0/5   0:04  [0/5 of 20]  creating
      … 18 more
    50/200 resources
    "#);
}

#[test]
fn the_board_shows_the_activity_before_the_first_operation() {
    let events = [at(0, Event::Observing)];
    let text = drawn(
        &events,
        3,
        WindowSize {
            rows: 24,
            columns: 80,
        },
    );
    assert_eq!(text.lines().nth(1), Some(" reading the deployed stacks"));
}
