/** UDPTL, the transport of IFP packets over UDP (T.38 §9.1): numbers, redundancy and FEC, in both directions. */
export { type ErrorCorrection, parseUdptl, type UdptlDatagram, type UdptlRecovery } from './udptl-datagram.ts'
export {
  type UdptlCounts,
  type UdptlReceived,
  UdptlReceiver,
  type UdptlReceiverOptions,
} from './udptl-receiver.ts'
export { UdptlSender, type UdptlSenderOptions } from './udptl-sender.ts'
