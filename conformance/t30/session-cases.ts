/** What a T.38 session as a whole does; packages/protocol/test/t38/session.test.ts makes each of these true. */
export const sessionCases = [
  {
    id: 't38-session-001',
    sentence: 'We speak first, in either role, for gateways that send only after they have received.',
  },
  {
    id: 't38-session-002',
    sentence: 'While we have nothing to say, we say every two seconds that we are here.',
  },
  {
    id: 't38-session-003',
    sentence: 'Nothing is said into our own CED, though that has no packets for seconds.',
  },
  {
    id: 't38-session-004',
    sentence:
      'Two sessions between which the network dies both end, and no page is called delivered that did not arrive.',
  },
  {
    id: 't38-session-005',
    sentence: 'A peer whose MaxDatagram is absurdly small gets its fax in small datagrams.',
  },
  {
    id: 't38-session-006',
    sentence: 'A far end that hangs up in the middle of a page is sent no more of it.',
  },
  {
    id: 't38-session-007',
    sentence: 'An answer waits until the far end’s signal is over, and 75 ms.',
  },
] as const
