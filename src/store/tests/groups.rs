//! Seats, each taken once.

use super::*;
use crate::booking::Group;

impl Bench {
    async fn groups(&self, code: &str) -> Vec<Group> {
        let place = PostalCode::parse(code).unwrap();
        match self.ask("r", "groups", Request::FindGroups { place, limit: 200 }).await {
            Reply::Groups(groups) => groups,
            other => panic!("{other:?}"),
        }
    }

    async fn join(&self, key: &str, who: Option<u32>, group: &Group) -> Reply {
        let (phone, place, group) = (who.map(phone), place(), group.clone());
        self.ask(key, key, Request::JoinGroup { phone, place, group }).await
    }
}

async fn meetings_are_those_of_the_own_département_every_two_weeks_in_the_afternoon() {
    let bench = bench().await;
    let groups = bench.groups("71100").await;
    assert!(groups.iter().all(|group| group.site.city == "Mâcon") && groups.len() > 20);
    assert!(groups.is_sorted_by_key(|group| group.starts_at));
    for group in &groups {
        let local = group.starts_at.in_tz("Europe/Paris").unwrap();
        assert_eq!((local.hour(), group.ends_at.as_second() - group.starts_at.as_second()), (14, 7_200), "{group:?}");
    }
    assert_eq!(bench.groups("69001").await[0].site.city, "Mâcon", "none at home: the nearest site that has one");
}

async fn a_person_sits_once_and_a_withheld_number_is_a_new_person() {
    let bench = bench().await;
    let group = bench.groups("71100").await.remove(0);
    assert_eq!(bench.join("a", Some(1), &group).await, Reply::Joined(group.clone()));
    assert_eq!(bench.join("a", Some(1), &group).await, Reply::Joined(group.clone()), "the same key");
    assert_eq!(bench.join("b", Some(1), &group).await, Reply::AlreadyJoined(group.clone()));
    assert_eq!(bench.join("c", None, &group).await, Reply::Joined(group.clone()));
    assert_eq!(bench.join("d", None, &group).await, Reply::Joined(group));
    assert_eq!(bench.count("SELECT COUNT(*) FROM group_seat WHERE person_id IS NOT NULL").await, 3);
}

async fn forty_callers_on_the_last_seat_make_one_who_sits() {
    let bench = bench().await;
    let groups = bench.groups("71100").await;
    for who in 1..=11 {
        assert!(matches!(bench.join(&format!("early-{who}"), Some(who), &groups[0]).await, Reply::Joined(_)));
    }
    let mut callers = tokio::task::JoinSet::new();
    for who in 20..60 {
        let (store, group, now) = (bench.store.clone(), groups[0].clone(), bench.now);
        callers.spawn(async move {
            let run = format!("run-{who}");
            let join = Request::JoinGroup { phone: Some(phone(who)), place: place(), group };
            store.execute(now, &run, &run, &join).await
        });
    }
    let replies = callers.join_all().await;
    assert_eq!(replies.iter().filter(|reply| matches!(reply, Reply::Joined(_))).count(), 1);
    assert_eq!(replies.iter().filter(|reply| **reply == Reply::Full).count(), 39);
    assert_eq!(bench.count("SELECT COUNT(*) FROM group_seat WHERE person_id IS NOT NULL").await, 12);
    assert_eq!(bench.count("SELECT COUNT(*) FROM person").await, 12, "who did not sit left no row");
    assert_eq!(bench.groups("71100").await[0], groups[1], "a full meeting is not offered");
}

async fn nobody_joins_a_meeting_that_began_or_is_not_when_they_heard() {
    let mut bench = bench().await;
    let group = bench.groups("71100").await.remove(0);
    let postponed = Group { starts_at: group.starts_at + 1.hours(), ..group.clone() };
    assert_eq!(bench.join("a", Some(1), &postponed).await, Reply::Full);
    assert_eq!(bench.join("b", Some(1), &Group { id: "nowhere".into(), ..group.clone() }).await, Reply::Full);
    bench.now = group.starts_at;
    assert_eq!(bench.join("c", Some(1), &group).await, Reply::Full);
    assert_ne!(bench.groups("71100").await[0], group);
}

async fn meetings_and_seats_go_after_two_years() {
    let bench = bench().await;
    let group = bench.groups("71100").await.remove(0);
    bench.join("a", Some(1), &group).await;
    bench.store.purge_old(group.ends_at + (730 * 24).hours()).await.unwrap();
    let meetings = "SELECT COUNT(*) FROM group_meeting WHERE site_id = 'bfc-29'";
    let before = bench.count(meetings).await;
    bench.store.purge_old(group.ends_at + (731 * 24).hours()).await.unwrap();
    assert_eq!(bench.count(meetings).await, before - 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM group_seat WHERE person_id IS NOT NULL").await, 0);
}

on_both_engines! {
    meetings_are_those_of_the_own_département_every_two_weeks_in_the_afternoon,
    a_person_sits_once_and_a_withheld_number_is_a_new_person,
    forty_callers_on_the_last_seat_make_one_who_sits,
    nobody_joins_a_meeting_that_began_or_is_not_when_they_heard,
    meetings_and_seats_go_after_two_years,
}
