//! Pages, searches and the log.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use taskwell_domain::UserId;

use crate::{Result, data::Data, operation};

/// Both in turns, so that the ratio means something on a machine that does other things too.
pub(crate) async fn measure(data: [&Data; 2], counts: [u32; 2], owner: &str, calls: usize) -> Result<String> {
    let owner = UserId::parse(owner)?;
    let stores = data.map(Data::store);
    let few = operation::all(&stores[0], &owner, counts[0]).await?;
    let many = operation::all(&stores[1], &owner, counts[1]).await?;
    let mut text = format!(
        "\n### {}: {} tasks against {}\n\n| operation | tasks | median | p95 | tasks | median | p95 | ratio of medians | of p95 |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        data[0].name(),
        counts[1],
        counts[0]
    );
    for pair in few.iter().zip(&many) {
        let pair = [pair.0, pair.1];
        let mut times = [Vec::new(), Vec::new()];
        let mut found = [0; 2];
        // What is slow is not asked as often.
        let begun = Instant::now();
        for call in 0..calls + 10 {
            for which in [0, 1] {
                let asked = Instant::now();
                found[which] = pair[which].call(&stores[which], &owner).await?;
                // The first ones warm up.
                if call >= 10 {
                    times[which].push(asked.elapsed());
                }
            }
            if call >= 30 && begun.elapsed() > Duration::from_secs(20) {
                break;
            }
        }
        for times in &mut times {
            times.sort();
        }
        let at = |which: usize, part: f64| -> f64 {
            let times: &Vec<Duration> = &times[which];
            let index = (times.len() as f64 * part) as usize;
            times.get(index).map_or(0.0, Duration::as_secs_f64) * 1_000.0
        };
        let [a, b, c, d] = [at(0, 0.5), at(0, 0.95), at(1, 0.5), at(1, 0.95)];
        writeln!(
            text,
            "| {} | {} | {a:.2} ms | {b:.2} ms | {} | {c:.2} ms | {d:.2} ms | {:.2} | {:.2} |",
            pair[0].name,
            found[0],
            found[1],
            c / a,
            d / b
        )?;
    }
    Ok(text)
}
