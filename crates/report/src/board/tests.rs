//! The board, drawn at a moment in a window.

use super::*;
use crate::fixtures::{at, begin, created, resource, started};

/// The rows as they are drawn, a bar as its share.
fn drawn(events: &[TimedEvent], now: u64, window: Window) -> String {
    let mut board = Board::new(
        "shop · env prod · account 111122223333 · us-east-1".to_owned(),
        Paint::Plain,
    );
    events.iter().for_each(|event| board.take(event));
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
fn every_stack_has_a_row_and_the_running_one_its_resources() {
    let window = Window {
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
fn a_narrow_window_gives_up_the_bar_and_then_words() {
    let window = Window {
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
fn no_window_is_too_low() {
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
        drawn(&events, 5, Window { rows, columns: 80 });
    }
    insta::assert_snapshot!(drawn(&events, 5, Window { rows: 8, columns: 60 }), @r#"
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
fn before_the_stacks_begin_it_says_what_is_done() {
    let events = [at(0, Event::Observing)];
    let text = drawn(
        &events,
        3,
        Window {
            rows: 24,
            columns: 80,
        },
    );
    assert_eq!(text.lines().nth(1), Some(" reading what is deployed"));
}
