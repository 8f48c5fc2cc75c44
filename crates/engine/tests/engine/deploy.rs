//! Creating, updating, leaving alone: the main line.

use crate::bench::{Bench, stacks};

#[tokio::test(start_paused = true)]
async fn stacks_are_created_in_their_order_and_then_left_alone() {
    let bench = Bench::new();
    let text = stacks("a, b < a, c < b, d < a", "one");
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a created, b created, c created, d created");
    assert_eq!(
        bench.record(),
        "CreateStack shop-a, CreateStack shop-b, CreateStack shop-d, CreateStack shop-c"
    );
    let again = bench.deploy(&text).await;
    assert_eq!(again.outcomes(), "a unchanged, b unchanged, c unchanged, d unchanged");
    assert_eq!(bench.record_since(4), "");
}
