//! What is promised on which evening.

use proptest::prelude::*;

use super::*;

fn desk() -> Desk {
    let half = |weekday, start_min, end_min| Hours { weekday, start_min, end_min, counsellors: 2 };
    let hours = (1..=5).flat_map(|day| [half(day, 540, 750), half(day, 810, 1_080)]).collect();
    Desk { hours, minutes_each: 15, zone: TimeZone::get("Europe/Paris").unwrap(), calendar: Zone::Metropole }
}

/// Paris time in, Paris time out.
fn promised(desk: &Desk, now: &str, window: Window, waiting: &[&str]) -> String {
    let waiting: Vec<Timestamp> = waiting.iter().map(|at| paris(at)).collect();
    let promise = desk.promise(paris(now), window, &waiting).expect("somebody calls");
    promise.in_tz("Europe/Paris").unwrap().strftime("%a %F %H:%M").to_string()
}

fn paris(text: &str) -> Timestamp {
    text.parse::<jiff::civil::DateTime>().unwrap().in_tz("Europe/Paris").unwrap().timestamp()
}

#[test]
fn with_nobody_waiting_it_is_the_end_of_this_half_day() {
    let desk = desk();
    assert_eq!(promised(&desk, "2026-12-03 09:00", Window::Any, &[]), "Thu 2026-12-03 12:30");
    assert_eq!(promised(&desk, "2026-12-03 09:00", Window::Afternoon, &[]), "Thu 2026-12-03 18:00");
    assert_eq!(promised(&desk, "2026-12-03 15:00", Window::Morning, &[]), "Fri 2026-12-04 12:30");
    assert_eq!(promised(&desk, "2026-12-03 13:00", Window::Any, &[]), "Thu 2026-12-03 18:00", "over lunch");
}

#[test]
fn what_is_left_of_a_half_day_must_be_enough_for_a_call() {
    let desk = desk();
    // A quarter of an hour for a call that may just have begun, one for ours.
    assert_eq!(promised(&desk, "2026-12-03 12:00", Window::Any, &[]), "Thu 2026-12-03 12:30");
    assert_eq!(promised(&desk, "2026-12-03 12:01", Window::Any, &[]), "Thu 2026-12-03 18:00");
    assert_eq!(promised(&desk, "2026-12-03 17:31", Window::Any, &[]), "Fri 2026-12-04 12:30");
}

#[test]
fn on_a_friday_evening_before_a_holiday_monday_it_is_tuesday() {
    let desk = desk();
    // 2026-04-06 is Easter Monday, 2026-05-25 Whit Monday.
    assert_eq!(promised(&desk, "2026-04-03 19:00", Window::Any, &[]), "Tue 2026-04-07 12:30");
    assert_eq!(promised(&desk, "2026-05-22 19:00", Window::Afternoon, &[]), "Tue 2026-05-26 18:00");
    // In Strasbourg Good Friday is one too.
    let strasbourg = Desk { calendar: Zone::AlsaceMoselle, ..desk };
    assert_eq!(promised(&strasbourg, "2026-04-02 19:00", Window::Any, &[]), "Tue 2026-04-07 12:30");
}

#[test]
fn the_hour_on_the_wall_is_promised_over_a_clock_change() {
    let desk = desk();
    assert_eq!(promised(&desk, "2026-10-23 18:30", Window::Any, &[]), "Mon 2026-10-26 12:30");
    assert_eq!(promised(&desk, "2027-03-26 18:30", Window::Any, &[]), "Tue 2027-03-30 12:30", "the 29th is a holiday");
}

#[test]
fn a_half_day_takes_no_more_promises_than_calls() {
    let desk = desk();
    // From 10:00 (D10) to 12:30, two at once: 20 calls of a quarter of an hour.
    let nineteen = vec!["2026-12-03 12:30"; 19];
    assert_eq!(promised(&desk, "2026-12-02 19:00", Window::Any, &nineteen), "Thu 2026-12-03 12:30");
    let twenty = vec!["2026-12-03 12:30"; 20];
    assert_eq!(promised(&desk, "2026-12-02 19:00", Window::Any, &twenty), "Thu 2026-12-03 18:00");
    assert_eq!(promised(&desk, "2026-12-02 19:00", Window::Morning, &twenty), "Fri 2026-12-04 12:30");
}

#[test]
fn promises_that_have_passed_are_kept_before_new_ones_are_made() {
    let desk = desk();
    let late = vec!["2026-12-02 18:00"; 25];
    // Twenty of them in the morning, five after lunch: 32 - 5 are left.
    assert_eq!(promised(&desk, "2026-12-03 08:00", Window::Any, &late), "Thu 2026-12-03 18:00");
}

#[test]
fn who_has_nobody_to_call_promises_nothing() {
    let nobody = Desk { hours: Vec::new(), ..desk() };
    assert_eq!(nobody.promise(paris("2026-12-03 09:00"), Window::Any, &[]), None);
    let mornings = Desk { hours: desk().hours.into_iter().filter(|hours| hours.end_min < 780).collect(), ..desk() };
    assert_eq!(mornings.promise(paris("2026-12-03 09:00"), Window::Afternoon, &[]), None);
}

/// One who waits.
struct Waiting {
    promise: Timestamp,
    window: Window,
    /// Being called since this minute.
    called_at: Option<i64>,
}

/// Minutes of a day at which people are called, as the desk of these tests has them.
fn half_of(minute: i64) -> Option<(Window, i64)> {
    let halves = [(600..750, Window::Morning, 750), (840..1_080, Window::Afternoon, 1_080)];
    halves.into_iter().find(|(span, ..)| span.contains(&minute)).map(|(_, window, end)| (window, end))
}

/// Minute by minute: people ask, and whoever is free calls the next by promise among those who wish for this half-day.
fn simulate(asked: &[(i64, u8)], counsellors: i64) {
    let mut desk = desk();
    desk.hours.iter_mut().for_each(|hours| hours.counsellors = counsellors);
    let midnight = paris("2026-12-03 00:00");
    let mut asked = asked.iter().scan(7 * 60, |at, (gap, window)| {
        *at += gap;
        Some((*at, [Window::Any, Window::Morning, Window::Afternoon][usize::from(*window)]))
    });
    let mut next = asked.next();
    let mut waiting: Vec<Waiting> = Vec::new();
    // Thursday to Thursday: the weekend is asked in, nobody calls.
    for minute in 0..8 * 1_440 {
        let now = midnight + minute.minutes();
        waiting.retain(|one| one.called_at.is_none_or(|called| minute < called + desk.minutes_each));
        while let Some((_, window)) = next.filter(|(at, _)| *at <= minute) {
            let promises: Vec<Timestamp> = waiting.iter().map(|one| one.promise).collect();
            let promise = desk.promise(now, window, &promises).expect("somebody calls");
            waiting.push(Waiting { promise, window, called_at: None });
            next = asked.next();
        }
        let is_working = !matches!(minute / 1_440, 2 | 3);
        if let Some((half, end)) = half_of(minute % 1_440).filter(|_| is_working) {
            let mut busy = waiting.iter().filter(|one| one.called_at.is_some()).count();
            waiting.sort_by_key(|one| one.promise);
            let fits = minute % 1_440 + desk.minutes_each <= end;
            for one in waiting.iter_mut().filter(|one| one.called_at.is_none() && fits) {
                if busy < usize::try_from(counsellors).unwrap() && (one.window == Window::Any || one.window == half) {
                    one.called_at = Some(minute);
                    busy += 1;
                }
            }
        }
        let late = waiting.iter().find(|one| one.called_at.is_none() && one.promise <= now);
        assert!(late.is_none(), "promised {}, not called at {now}", late.unwrap().promise);
    }
}

proptest! {
    #[test]
    fn every_promise_is_kept_by_those_who_call_in_their_order(
        asked in proptest::collection::vec((prop_oneof![0_i64..4, 0_i64..25, 0_i64..200], 0_u8..3), 1..90),
        counsellors in 1_i64..3,
    ) {
        simulate(&asked, counsellors);
    }
}
