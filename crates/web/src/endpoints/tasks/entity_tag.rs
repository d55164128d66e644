//! A task's version as its entity tag (RFC 9110, section 8.8.3).

use actix_web::http::header::EntityTag;
use taskwell_application::tasks::Precondition;
use taskwell_domain::Seq;

use crate::{
    endpoint::Describe,
    input::{EntityTags, Reader},
    problem::Code,
};

/// The tag of a version.
pub(super) fn of(version: Seq) -> EntityTag {
    EntityTag::new_strong(version.to_string())
}

/// What `If-Match` asks for. A tag that is weak or no version of ours matches nothing.
pub(super) fn precondition(reader: &mut Reader<'_>) -> Precondition {
    match reader.if_match() {
        // There is no task without a version.
        None | Some(EntityTags::Any) => Precondition::none(),
        Some(EntityTags::Listed(tags)) => {
            Precondition::none().and_one_of(tags.iter().filter_map(version).collect())
        }
    }
}

fn version(tag: &EntityTag) -> Option<Seq> {
    let version = Seq::from(tag.tag().parse::<u64>().ok()?);
    tag.strong_eq(&of(version)).then_some(version)
}

/// Says so in the document.
pub(super) fn describe(operation: Describe) -> Describe {
    operation
        .entity_tags_header(
            "If-Match",
            "Only if the task has one of these versions, such as `\"3\"`; else 412.",
        )
        .fails([Code::from(taskwell_application::ErrorCode::PreconditionFailed)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_strong_tag_of_a_version_matches() {
        assert_eq!(
            version(&EntityTag::new_strong("3".to_owned())),
            Some(Seq::from(3))
        );
        for tag in [
            EntityTag::new_weak("3".to_owned()),
            EntityTag::new_strong("03".to_owned()),
            EntityTag::new_strong("+3".to_owned()),
            EntityTag::new_strong("x".to_owned()),
            EntityTag::new_strong(String::new()),
        ] {
            assert_eq!(version(&tag), None, "{tag}");
        }
    }
}
