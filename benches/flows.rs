//! `cargo bench`: the flow core on the flows of this repository, as `ligne bench flows` measures it.

use ligne_claire::config::Config;
use ligne_claire::ops::bench;
use ligne_claire::server::edition;

fn main() -> anyhow::Result<()> {
    let config = Config::default();
    bench::flows(&edition::files(&config.flows)?, &config.line.flow)
}
