const head = (version: number) => [
  'v=0',
  `o=gateway 4711 ${version} IN IP4 198.51.100.7`,
  's=-',
  'c=IN IP4 198.51.100.7',
  't=0 0',
]
const audio = (port: number) => [
  `m=audio ${port} RTP/AVP 0 8 101`,
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
]
const t38 = (port: number) => [
  `m=image ${port} udptl t38`,
  'a=T38FaxVersion:0',
  'a=T38MaxBitRate:14400',
  'a=T38FaxRateManagement:transferredTCF',
  'a=T38FaxMaxBuffer:1800',
  'a=T38FaxMaxDatagram:1400',
  'a=T38FaxUdpEC:t38UDPRedundancy',
]

/** What gateways say, by name. */
export const DESCRIPTIONS: Readonly<Record<string, readonly string[]>> = {
  audio: [...head(1), ...audio(30_000)],
  'audio again': [...head(3), ...audio(30_000)],
  'audio elsewhere': [...head(4), ...audio(31_000)],
  'audio on hold': [...head(2), ...audio(30_000), 'a=sendonly'],
  t38: [...head(2), ...t38(30_002)],
  't38 first': [...head(1), ...t38(30_002)],
  't38 refused': [...head(2), 'm=image 0 udptl t38'],
  't38 over RTP': [...head(2), 'm=image 30002 RTP/AVP 98', 'a=rtpmap:98 t38/8000'],
  't38 over TCP': [...head(2), 'm=image 30002 tcp t38'],
  't38 version 3 with FEC': [
    ...head(2),
    'm=image 30002 udptl t38',
    'a=T38FaxVersion:3',
    'a=T38MaxBitRate:33600',
    'a=T38FaxUdpEC:t38UDPFEC',
  ],
  'audio and image': [...head(1), ...audio(30_000), ...t38(30_002)],
  'audio and image, later': [...head(2), ...audio(30_000), ...t38(30_002)],
  'audio closed and image': [...head(1), ...audio(0), ...t38(30_002)],
  'audio with image closed': [...head(3), ...audio(30_000), 'm=image 0 udptl t38'],
  'unknown codec': [...head(1), 'm=audio 30000 RTP/AVP 18', 'a=rtpmap:18 G729/8000'],
  incomplete: ['v=0', 'o=gateway 4711 3 IN IP4 198.51.100.7', 'm=audio'],
}
