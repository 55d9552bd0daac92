import type { SdpCase } from './case.ts'

const offer = (...image: string[]) => [
  'v=0',
  'o=- 1 1 IN IP4 198.51.100.7',
  's=-',
  'c=IN IP4 198.51.100.7',
  't=0 0',
  'm=image 4000 udptl t38',
  ...image,
]

/** Every spelling of T.38 attributes seen in the field. */
export const MEDIA_CASES: readonly SdpCase[] = [
  {
    id: 'SIP-SDP-01',
    sentence: 'A media line without attributes is T.38 version 0 at 14,400 bit/s with transferred TCF.',
    sdp: offer(),
    t38: {
      version: 0,
      maxBitRateBps: 14_400,
      rateManagement: 'transferredTCF',
      errorCorrection: 'redundancy',
    },
  },
  {
    id: 'SIP-SDP-02',
    sentence: 'A bare boolean attribute is true.',
    sdp: offer('a=T38FaxFillBitRemoval', 'a=T38FaxTranscodingMMR', 'a=T38FaxTranscodingJBIG'),
    t38: { fillBitRemoval: true, transcodingMmr: true, transcodingJbig: true },
  },
  {
    id: 'SIP-SDP-03',
    sentence: 'A boolean attribute with :0 is false.',
    sdp: offer('a=T38FaxFillBitRemoval:0', 'a=T38FaxTranscodingMMR:0', 'a=T38FaxTranscodingJBIG:0'),
    t38: { fillBitRemoval: false, transcodingMmr: false, transcodingJbig: false },
  },
  {
    id: 'SIP-SDP-04',
    sentence: 'A boolean attribute with :1 is true.',
    sdp: offer('a=T38FaxFillBitRemoval:1', 'a=T38FaxTranscodingMMR: 1', 'a=T38FaxTranscodingJBIG:1 '),
    t38: { fillBitRemoval: true, transcodingMmr: true, transcodingJbig: true },
  },
  {
    id: 'SIP-SDP-05',
    sentence: 'Attribute names, the format and the transport are the same in any case.',
    sdp: [
      ...offer().slice(0, 5),
      'm=IMAGE 4000 UDPTL T38',
      'a=t38faxversion:1',
      'a=T38MAXBITRATE:9600',
      'a=t38faxratemanagement:LOCALTCF',
      'a=t38FaxUdpEc:T38UDPFEC',
    ],
    t38: { version: 1, maxBitRateBps: 9_600, rateManagement: 'localTCF', errorCorrection: 'fec' },
  },
  {
    id: 'SIP-SDP-06',
    sentence: 'A version 3 offer with FEC is read for what it says.',
    sdp: offer('a=T38FaxVersion:3', 'a=T38MaxBitRate:33600', 'a=T38FaxUdpEC:t38UDPFEC', 'a=T38FaxMaxIFP:300'),
    t38: { version: 3, maxBitRateBps: 33_600, errorCorrection: 'fec', maxIfpBytes: 300 },
  },
  {
    id: 'SIP-SDP-07',
    sentence: 'A peer without error correction says so.',
    sdp: offer('a=T38FaxUdpEC:t38UDPNoEC'),
    t38: { errorCorrection: 'none' },
  },
  {
    id: 'SIP-SDP-08',
    sentence: 'An absurdly small datagram is passed on as it is said, for the trunk profile to overrule.',
    sdp: offer('a=T38FaxMaxDatagram:72', 'a=T38FaxMaxBuffer:200'),
    t38: { maxDatagramBytes: 72, maxBufferBytes: 200 },
  },
  {
    id: 'SIP-SDP-09',
    sentence: 'Numbers past every bound are held at the bound, and none at all is not said.',
    sdp: offer(
      'a=T38FaxVersion:99',
      'a=T38MaxBitRate:99999999999999',
      'a=T38FaxMaxDatagram:4294967296',
      'a=T38FaxMaxBuffer:0',
    ),
    t38: { version: 3, maxBitRateBps: 33_600, maxDatagramBytes: 65_535, maxBufferBytes: undefined },
  },
  {
    id: 'SIP-SDP-10',
    sentence: 'A value that is no number leaves the default.',
    sdp: offer('a=T38FaxVersion:x', 'a=T38MaxBitRate:', 'a=T38FaxMaxDatagram:-1'),
    t38: { version: 0, maxBitRateBps: 14_400, maxDatagramBytes: undefined },
  },
  { id: 'SIP-SDP-11', sentence: 'T.38 over RTP is not T.38 we speak.', sdp: 't38 over RTP', t38: undefined },
  { id: 'SIP-SDP-12', sentence: 'T.38 over TCP is not T.38 we speak.', sdp: 't38 over TCP', t38: undefined },
  {
    id: 'SIP-SDP-13',
    sentence: 'An image line with port 0 offers nothing.',
    sdp: 't38 refused',
    t38: undefined,
  },
  {
    id: 'SIP-SDP-14',
    sentence: 'Of audio and image in a first INVITE the audio is taken.',
    sdp: 'audio and image',
    t38: { maxDatagramBytes: 1_400 },
    preferred: 'audio',
  },
  {
    id: 'SIP-SDP-15',
    sentence: 'An image line beside an audio line with port 0 is taken.',
    sdp: 'audio closed and image',
    t38: { version: 0 },
    preferred: 't38',
  },
  {
    id: 'SIP-SDP-16',
    sentence: 'The address of the media line counts before that of the session.',
    sdp: offer('c=IN IP6 2001:db8::7'),
    t38: { host: '2001:db8::7' },
  },
]
