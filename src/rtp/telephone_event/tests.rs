use proptest::prelude::*;

use super::*;

/// One key on the wire: digit, start and length in ms.
type Press = (char, u32, u32);

#[derive(Clone, Debug)]
struct Wire {
    sequence: u16,
    timestamp: u32,
    marker: bool,
    payload: Vec<u8>,
}

/// What a good sender makes of `presses` from `origin`, packets every 20 ms, three ends; segments when long.
fn sender(presses: &[Press], origin: u32) -> Vec<Vec<Wire>> {
    let mut sequence = 65_500u16;
    let mut next = |timestamp, marker, code: u8, end: bool, duration: u32| {
        sequence = sequence.wrapping_add(1);
        let [high, low] = (duration as u16).to_be_bytes();
        Wire { sequence, timestamp, marker, payload: vec![code, u8::from(end) << 7 | 10, high, low] }
    };
    let press = |&(key, at_ms, length_ms): &Press| {
        let code = DIGITS.iter().position(|&digit| digit == key).expect("a digit") as u8;
        let (mut start, mut rest) = (origin.wrapping_add(at_ms * 8), length_ms * 8);
        let mut out = vec![];
        while rest > SEGMENT {
            out.extend((160..SEGMENT).step_by(160).map(|d| next(start, out_is_empty(d), code, false, d)));
            out.push(next(start, false, code, false, SEGMENT));
            (start, rest) = (start.wrapping_add(SEGMENT), rest - SEGMENT);
        }
        out.extend((160..rest).step_by(160).map(|d| next(start, d == 160, code, false, d)));
        out.extend((0..3).map(|_| next(start, false, code, true, rest)));
        out
    };
    presses.iter().map(press).collect()
}

fn out_is_empty(duration: u32) -> bool {
    duration == 160
}

fn keys<'a>(wires: impl IntoIterator<Item = &'a Wire>) -> String {
    let mut events = Events::default();
    let packet = |w: &'a Wire| Packet {
        marker: w.marker,
        payload_type: 101,
        sequence: w.sequence,
        timestamp: w.timestamp,
        ssrc: 5,
        payload: &w.payload,
    };
    wires.into_iter().flat_map(|wire| events.receive(&packet(wire)).map(|key| key.key).collect::<Vec<_>>()).collect()
}

fn heard(presses: &[Press]) -> String {
    keys(sender(presses, 8000).iter().flatten())
}

#[test]
fn every_event_0_to_15_is_its_key() {
    let presses: Vec<Press> = DIGITS.iter().enumerate().map(|(i, &d)| (d, i as u32 * 300, 100)).collect();
    assert_eq!(heard(&presses), "0123456789*#ABCD");
}

#[test]
fn a_flash_a_tone_and_short_payloads_are_no_keys() {
    let odd = |payload: &[u8]| Wire { sequence: 1, timestamp: 0, marker: true, payload: payload.to_vec() };
    assert_eq!(keys(&[odd(&[16, 10, 0, 160]), odd(&[255, 10, 0, 160]), odd(&[1, 10, 0]), odd(&[])]), "");
}

#[test]
fn a_key_is_reported_at_its_first_packet_with_the_time_it_was_held() {
    let wires = sender(&[('5', 0, 100)], 0);
    let mut events = Events::default();
    let end = &wires[0][6];
    let packet = Packet { marker: false, payload_type: 101, sequence: 9, timestamp: 0, ssrc: 5, payload: &end.payload };
    let key = events.receive(&packet).next();
    assert_eq!(key, Some(Key { key: '5', held: Duration::from_millis(100) }));
}

#[test]
fn the_same_digit_twice_is_two_keys_for_a_finger_and_one_for_a_contact() {
    assert_eq!(heard(&[('1', 0, 100), ('1', 220, 100)]), "11"); // 120 ms apart
    assert_eq!(heard(&[('1', 0, 100), ('1', 181, 100)]), "11"); // 81 ms
    assert_eq!(heard(&[('1', 0, 100), ('1', 179, 100)]), "1"); // 79 ms
    assert_eq!(heard(&[('1', 0, 100), ('2', 101, 100)]), "12"); // another digit never bounces
}

#[test]
fn after_a_blip_the_gap_of_a_bounce_is_wider() {
    assert_eq!(heard(&[('1', 0, 30), ('1', 130, 100)]), "1"); // 100 ms after 30 ms
    assert_eq!(heard(&[('1', 0, 30), ('1', 151, 100)]), "11"); // 121 ms after 30 ms
    assert_eq!(heard(&[('1', 0, 50), ('1', 150, 100)]), "11"); // 100 ms after a whole press
}

#[test]
fn a_blip_known_only_by_its_first_packet_is_not_taken_for_a_bounce() {
    let wires = sender(&[('1', 0, 100), ('1', 230, 100)], 0);
    assert_eq!(keys([&wires[0][0], &wires[1][0]]), "11");
}

#[test]
fn a_gateway_that_splits_a_long_press_makes_one_key() {
    let split: Vec<Press> = (0..8).map(|i| ('7', i * 90, 60)).collect();
    assert_eq!(heard(&split), "7");
}

#[test]
fn a_gateway_that_moves_the_timestamp_with_each_packet_makes_one_key() {
    let wires: Vec<Wire> = (0..6)
        .map(|i| Wire { sequence: i, timestamp: 160 * u32::from(i), marker: i == 0, payload: vec![4, 10, 0, 160] })
        .collect();
    assert_eq!(keys(&wires), "4");
}

#[test]
fn a_key_held_for_half_a_minute_is_one_key() {
    assert_eq!(heard(&[('0', 0, 30_000), ('0', 30_300, 100)]), "00");
}

#[test]
fn a_long_key_survives_the_loss_of_a_whole_segment() {
    let wires = sender(&[('0', 0, 30_000)], 77);
    let packets: Vec<&Wire> = wires[0].iter().filter(|w| w.timestamp != 77 + SEGMENT).collect();
    assert_eq!(keys(packets), "0");
}

#[test]
fn a_missing_end_does_not_swallow_the_next_key() {
    let wires = sender(&[('1', 0, 100), ('1', 400, 100), ('2', 700, 100)], 0);
    assert_eq!(keys(wires.iter().flat_map(|press| press.iter().filter(|w| w.payload[1] & 0x80 == 0))), "112");
}

#[test]
fn a_flip_to_another_digit_without_an_end_is_a_new_key_even_at_the_same_timestamp() {
    let wire = |sequence, code| Wire { sequence, timestamp: 800, marker: false, payload: vec![code, 10, 0, 160] };
    assert_eq!(keys(&[wire(1, 3), wire(2, 3), wire(3, 4), wire(4, 4), wire(5, 3)]), "34");
}

#[test]
fn late_ends_of_the_key_before_are_ignored() {
    let wires = sender(&[('1', 0, 100), ('2', 150, 100)], 0);
    let (one, two) = (&wires[0], &wires[1]);
    assert_eq!(keys([&one[0], &two[0], &one[5], &two[1], &one[6], &two[5]]), "12");
}

#[test]
fn a_key_of_which_nothing_came_before_its_successor_is_dropped_rather_than_swapped() {
    let wires = sender(&[('1', 0, 100), ('2', 150, 100)], 0);
    assert_eq!(keys([&wires[1][0], &wires[0][3], &wires[1][3]]), "2");
}

#[test]
fn a_clock_that_stepped_back_does_not_deafen_us() {
    let mut wires = sender(&[('1', 5000, 100), ('2', 4900, 100)], 0); // later sequence, earlier timestamp
    wires.extend(sender(&[('3', 0, 100)], 900_000_000)); // and a leap
    assert_eq!(keys(wires.iter().flatten()), "123");
}

#[test]
fn a_new_source_starts_afresh() {
    let mut events = Events::default();
    let payload = [1, 10, 0, 160];
    let mut press = |ssrc| {
        let packet = Packet { marker: true, payload_type: 101, sequence: 3, timestamp: 800, ssrc, payload: &payload };
        events.receive(&packet).count()
    };
    assert_eq!((press(1), press(1), press(2)), (1, 0, 1));
}

#[test]
fn events_packed_in_one_packet_are_all_heard() {
    let wire = Wire { sequence: 1, timestamp: 0, marker: true, payload: vec![1, 0x8A, 3, 32, 2, 10, 0, 160] };
    assert_eq!(keys(&[wire.clone(), wire]), "12");
}

/// Digits with human gaps, from anywhere on the clock (so the wrap is crossed too).
fn presses() -> impl Strategy<Value = (Vec<Press>, u32)> {
    let one = (0usize..16, 60u32..400, 120u32..600);
    let origin = prop_oneof![any::<u32>(), (0u32..16_000).prop_map(|n| u32::MAX - n)];
    (proptest::collection::vec(one, 1..9), origin).prop_map(|(list, origin)| {
        let mut at_ms = 0;
        let lay = |(digit, length, gap): (usize, u32, u32)| {
            let press = (DIGITS[digit], at_ms, length);
            at_ms += length + gap;
            press
        };
        (list.into_iter().map(lay).collect(), origin)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever is lost, doubled, tripled or shuffled inside an event, one packet of each is enough. Of two equal
    /// neighbours the survivors may understate where the first ended, never overstate: two stay two.
    #[test]
    fn any_packet_of_each_event_is_enough(
        (presses, origin) in presses(),
        fates in proptest::collection::vec((0usize..4, any::<u16>()), 400),
        spared in proptest::collection::vec(any::<proptest::sample::Index>(), 9),
    ) {
        let mut fates = fates.into_iter().cycle();
        let mut arrived = vec![];
        for (event, spare) in sender(&presses, origin).iter().zip(&spared) {
            let spare = spare.index(event.len());
            let mut packets = vec![];
            for (index, wire) in event.iter().enumerate() {
                let (copies, order) = fates.next().expect("cycle");
                let copies = if index == spare { copies.max(1) } else { copies };
                packets.extend((0..copies).map(|copy| (order.rotate_left(copy as u32 * 5), wire.clone())));
            }
            packets.sort_by_key(|(order, _)| *order);
            arrived.extend(packets.into_iter().map(|(_, wire)| wire));
        }
        let expected: String = presses.iter().map(|press| press.0).collect();
        prop_assert_eq!(keys(&arrived), expected);
    }

    /// Stragglers of an event that arrive among its successors change nothing.
    #[test]
    fn late_copies_of_heard_events_add_nothing(
        (presses, origin) in presses(),
        late in proptest::collection::vec((any::<proptest::sample::Index>(), 1usize..12), 0..30),
    ) {
        let sent: Vec<Wire> = sender(&presses, origin).into_iter().flatten().collect();
        let mut arrived = sent.clone();
        for (which, by) in late {
            let from = which.index(sent.len());
            let position = arrived.iter().rposition(|w| w.sequence == sent[from].sequence).expect("sent");
            arrived.insert((position + by).min(arrived.len()), sent[from].clone());
        }
        let expected: String = presses.iter().map(|press| press.0).collect();
        prop_assert_eq!(keys(&arrived), expected);
    }

    #[test]
    fn no_packet_panics(packets in proptest::collection::vec(
        (any::<u16>(), any::<u32>(), any::<bool>(), proptest::collection::vec(any::<u8>(), 0..20)), 0..40)) {
        let wires: Vec<Wire> = packets.into_iter()
            .map(|(sequence, timestamp, marker, payload)| Wire { sequence, timestamp, marker, payload }).collect();
        let _ = keys(&wires);
    }
}
