//! How a change of size in the middle of an update is shared among replica sets: pure arithmetic.

/// A replica set before the change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    pub wanted: i32,
    /// The most pods that its deployment allowed when it was last sized.
    pub most: Option<i32>,
}

/// The sizes after, which add up to `allowed`: each set keeps its share, and the largest takes what rounding leaves.
pub(super) fn sizes(allowed: i32, sets: &[Set]) -> Vec<i32> {
    let total: i32 = sets.iter().map(|it| it.wanted).sum();
    let mut left = allowed - total;
    let mut sizes: Vec<i32> = sets.iter().map(|it| it.wanted).collect();
    let mut largest_first: Vec<usize> = (0..sets.len()).collect();
    largest_first.sort_by_key(|at| std::cmp::Reverse(sets[*at].wanted));
    for at in &largest_first {
        let before = i64::from(sets[*at].most.filter(|it| *it > 0).unwrap_or(total).max(1));
        let share = rounded(i64::from(sets[*at].wanted) * i64::from(allowed), before);
        let change = share - sets[*at].wanted;
        let change = if left > 0 { change.clamp(0, left) } else { change.clamp(left, 0) };
        sizes[*at] += change;
        left -= change;
    }
    for at in largest_first {
        let size = (sizes[at] + left).max(0);
        left -= size - sizes[at];
        sizes[at] = size;
    }
    sizes
}

fn rounded(part: i64, whole: i64) -> i32 {
    i32::try_from((part + whole / 2) / whole).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: i32, before: &[(i32, i32)], after: &[i32]) {
        let sets: Vec<_> = before
            .iter()
            .map(|(wanted, most)| Set { wanted: *wanted, most: Some(*most) })
            .collect();
        assert_eq!(sizes(allowed, &sets), after);
        assert_eq!(after.iter().sum::<i32>(), allowed.max(0));
    }

    #[test]
    fn shares_are_kept() {
        // The documentation's example: 10 to 15 pods with 3 of surge, 8 old and 5 new.
        check(18, &[(8, 13), (5, 13)], &[11, 7]);
        check(6, &[(8, 13), (5, 13)], &[4, 2]);
        check(0, &[(8, 13), (5, 13)], &[0, 0]);
        check(2, &[(1, 2), (1, 2)], &[1, 1]);
    }
}
