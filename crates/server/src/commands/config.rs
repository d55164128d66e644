use super::CommandError;
use crate::{cli, output, settings::Report};

/// `taskwell config`
pub(super) fn run(report: &Report, options: &cli::Report) -> Result<(), CommandError> {
    if options.json {
        Ok(output::print_json(report)?)
    } else {
        Ok(output::print(&report.to_string())?)
    }
}
