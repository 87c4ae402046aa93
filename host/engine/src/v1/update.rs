//! Between the contract's records of an update checker and the model's.

use slipway_model::plan::Error;
use slipway_model::update::{Candidate, CheckInput, CheckerDescription};

use super::update_checker::exports::slipway::update_checker::update_checker as contract;
use crate::output::Reader;
use crate::trace::Sum;

pub fn check_input(input: CheckInput) -> contract::CheckInput {
    let CheckInput { subject, current, current_digest, policy, skipped, now_unix_milliseconds } =
        input;
    contract::CheckInput {
        subject: subject.as_str().to_owned(),
        current,
        current_digest,
        policy: policy.to_string(),
        skipped,
        now: now_unix_milliseconds,
    }
}

pub fn sum_of_check(input: &contract::CheckInput) -> Sum {
    let contract::CheckInput { subject, current, current_digest, policy, skipped, now } = input;
    let mut sum = Sum::default();
    sum.text(subject).text(current).texts(current_digest.iter()).text(policy);
    sum.texts(skipped.iter()).number(*now);
    sum
}

pub fn sum_of_candidate(candidate: Option<&contract::Candidate>) -> Sum {
    let mut sum = Sum::default();
    if let Some(contract::Candidate { reference, digest, reason, changelog }) = candidate {
        sum.text(reference).text(digest).text(reason).texts(changelog.iter());
    }
    sum
}

/// Something newer, in lengths that fit a screen.
pub fn candidate(reader: &Reader<'_>, candidate: contract::Candidate) -> Result<Candidate, Error> {
    let contract::Candidate { reference, digest, reason, changelog } = candidate;
    let is_digest = digest.split_once(':').is_some_and(|(kind, rest)| {
        !kind.is_empty() && !rest.is_empty() && rest.bytes().all(|it| it.is_ascii_hexdigit())
    });
    if !is_digest {
        return Err(reader.nonsense(format!("the digest {digest:?} of a candidate is none")));
    }
    let mut lines = reader.lines(vec![reference, reason])?.into_iter();
    let (reference, reason) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    Ok(Candidate { reference, digest, reason, changelog: reader.document(changelog)? })
}

pub fn about_checker(
    reader: &Reader<'_>,
    description: contract::Description,
) -> Result<CheckerDescription, Error> {
    let contract::Description {
        name,
        title,
        summary,
        version,
        policy_schema,
        default_policy,
        docs,
        extra,
    } = description;
    Ok(CheckerDescription {
        name,
        title,
        summary,
        version,
        policy_schema: reader.json(&policy_schema, "its policy-schema")?,
        default_policy: reader.json(&default_policy, "its default-policy")?,
        docs,
        extra: reader.json(&extra, "its extra")?,
    })
}
