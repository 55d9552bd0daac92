/**
 * What a T.38 terminal makes of IFP packets: the habits of gateways that public trackers tell of. The runner is
 * packages/protocol/test/t38/terminal-conformance.test.ts.
 */
export interface TerminalCase {
  readonly id: string
  /** A fact about the world. */
  readonly sentence: string
  /**
   * What comes in order: an indicator's name; data as its type and fields, `v21: hdlc_data ffc801, hdlc_fcs_ok`; `gap 3` for
   * packets lost for good; `wait 1500` for silence, in milliseconds.
   */
  readonly packets: readonly string[]
  /** `signal V21`, `frame ffc801`, `damaged`, `image 00`, `gap 3`, `tone CED`, `end`. */
  readonly hears: readonly string[]
}

const MCF = 'ffc831'

export const terminalCases: readonly TerminalCase[] = [
  {
    id: 't38-terminal-001',
    sentence: 'A frame in pieces is one frame.',
    packets: [
      'v21_preamble',
      'v21: hdlc_data ff',
      'v21: hdlc_data c8',
      'v21: hdlc_data 31',
      'v21: hdlc_fcs_ok_sig_end',
      'no_signal',
    ],
    hears: ['signal V21', `frame ${MCF}`, 'end'],
  },
  {
    id: 't38-terminal-002',
    sentence: 'A second HDLC_SIG_END behind FCS_OK_SIG_END ends nothing (freeswitch/spandsp PR 86).',
    packets: ['v21_preamble', `v21: hdlc_data ${MCF}, hdlc_fcs_ok_sig_end`, 'v21: hdlc_sig_end'],
    hears: ['signal V21', `frame ${MCF}`, 'end'],
  },
  {
    id: 't38-terminal-003',
    sentence: 'Copies of an indicator start nothing new.',
    packets: ['v21_preamble', 'v21_preamble', 'v21_preamble', `v21: hdlc_data ${MCF}, hdlc_fcs_ok_sig_end`],
    hears: ['signal V21', `frame ${MCF}`, 'end'],
  },
  {
    id: 't38-terminal-004',
    sentence: 'Copies of no-signal end one signal once.',
    packets: ['v21_preamble', 'no_signal', 'no_signal', 'no_signal'],
    hears: ['signal V21', 'end'],
  },
  {
    id: 't38-terminal-005',
    sentence: 'Image data whose indicator was lost is a signal all the same.',
    packets: ['v17_14400: t4_non_ecm_data 00, t4_non_ecm_sig_end'],
    hears: ['signal V17_14400', 'image 00', 'end'],
  },
  {
    id: 't38-terminal-006',
    sentence: 'Frames whose indicator was lost are heard too, when nothing before them is missing.',
    packets: [`v21: hdlc_data ${MCF}, hdlc_fcs_ok_sig_end`],
    hears: ['signal V21', `frame ${MCF}`, 'end'],
  },
  {
    id: 't38-terminal-007',
    sentence: 'A frame whose head may have been lost with its indicator is not trusted.',
    packets: ['gap 2', `v21: hdlc_data ${MCF}, hdlc_fcs_ok_sig_end`],
    hears: ['gap 2', 'signal V21', 'damaged', 'end'],
  },
  {
    id: 't38-terminal-008',
    sentence: 'A frame with a hole in it is damaged, whatever its FCS was at the far gateway.',
    packets: ['v21_preamble', 'v21: hdlc_data ff', 'gap 1', 'v21: hdlc_data 31', 'v21: hdlc_fcs_ok_sig_end'],
    hears: ['signal V21', 'gap 1', 'damaged', 'end'],
  },
  {
    id: 't38-terminal-009',
    sentence: 'The frame after the damaged one is sound again.',
    packets: [
      'v17_14400_short_training',
      'v17_14400: hdlc_data ffc06001',
      'gap 1',
      'v17_14400: hdlc_data aa, hdlc_fcs_ok',
      'v17_14400: hdlc_data ffc06040bb, hdlc_fcs_ok',
    ],
    hears: ['signal V17_14400', 'gap 1', 'damaged', 'frame ffc06040bb'],
  },
  {
    id: 't38-terminal-010',
    sentence: 'FCS_BAD is a lost frame.',
    packets: [
      'v21_preamble',
      `v21: hdlc_data ${MCF}, hdlc_fcs_bad`,
      `v21: hdlc_data ${MCF}, hdlc_fcs_bad_sig_end`,
    ],
    hears: ['signal V21', 'damaged', 'damaged', 'end'],
  },
  {
    id: 't38-terminal-011',
    sentence: 'A frame without an FCS when its signal ends is no frame.',
    packets: ['v21_preamble', `v21: hdlc_data ${MCF}`, 'v21: hdlc_sig_end'],
    hears: ['signal V21', 'end'],
  },
  {
    id: 't38-terminal-012',
    sentence: 'A signal whose end was lost ends by silence.',
    packets: ['v21_preamble', `v21: hdlc_data ${MCF}, hdlc_fcs_ok`, 'wait 1400', 'wait 100'],
    hears: ['signal V21', `frame ${MCF}`, 'end'],
  },
  {
    id: 't38-terminal-013',
    sentence: 'The long training of V.17, with echo protection and the flags of a block, is not silence.',
    packets: ['v17_14400_long_training', 'wait 1800', 'v17_14400: hdlc_data ffc06000, hdlc_fcs_ok'],
    hears: ['signal V17_14400', 'frame ffc06000'],
  },
  {
    id: 't38-terminal-014',
    sentence: 'A signal that never brings data ends too.',
    packets: ['v17_14400_long_training', 'wait 3000'],
    hears: ['signal V17_14400', 'end'],
  },
  {
    id: 't38-terminal-015',
    sentence: 'Another indicator ends a signal whose own end was lost.',
    packets: ['v21_preamble', `v21: hdlc_data ${MCF}, hdlc_fcs_ok`, 'v17_9600_long_training'],
    hears: ['signal V21', `frame ${MCF}`, 'end', 'signal V17_9600'],
  },
  {
    id: 't38-terminal-016',
    sentence: 'The same indicator after data is a new signal whose predecessor’s end was lost.',
    packets: ['v21_preamble', `v21: hdlc_data ${MCF}, hdlc_fcs_ok`, 'v21_preamble'],
    hears: ['signal V21', `frame ${MCF}`, 'end', 'signal V21'],
  },
  {
    id: 't38-terminal-017',
    sentence: 'Image octets in the field that ends a page belong to the page.',
    packets: [
      'v17_14400_short_training',
      'v17_14400: t4_non_ecm_data 0102',
      'v17_14400: t4_non_ecm_sig_end 03',
    ],
    hears: ['signal V17_14400', 'image 0102', 'image 03', 'end'],
  },
  {
    id: 't38-terminal-018',
    sentence: 'V.34 indicators and data are parsed and mean nothing.',
    packets: [
      'v8_ansam',
      'v8_signal',
      'v34_pri_channel',
      'v34_cc_retrain',
      'v34_pri_rate: hdlc_data 00',
      'v33_14400_training',
      'unknown',
    ],
    hears: [],
  },
  {
    id: 't38-terminal-019',
    sentence: 'A V.34 indicator in the middle of a signal does not end it.',
    packets: ['v21_preamble', 'v34_cc_retrain', `v21: hdlc_data ${MCF}, hdlc_fcs_ok_sig_end`],
    hears: ['signal V21', `frame ${MCF}`, 'end'],
  },
  {
    id: 't38-terminal-020',
    sentence: 'CED and CNG are tones, and end a signal before them.',
    packets: ['ced', 'cng', 'v21_preamble', 'cng'],
    hears: ['tone CED', 'tone CNG', 'signal V21', 'end', 'tone CNG'],
  },
  {
    id: 't38-terminal-021',
    sentence: 'An NSF may be long, and a frame without end is not kept.',
    packets: [
      'v21_preamble',
      `v21: hdlc_data ${'04'.repeat(600)}, hdlc_fcs_ok`,
      `v21: hdlc_data ${'04'.repeat(600)}`,
      `v21: hdlc_data ${'04'.repeat(600)}, hdlc_fcs_ok`,
      `v21: hdlc_data ${MCF}, hdlc_fcs_ok`,
    ],
    hears: ['signal V21', `frame ${'04'.repeat(600)}`, 'damaged', `frame ${MCF}`],
  },
  {
    id: 't38-terminal-022',
    sentence: 'Several frames may come in one packet.',
    packets: [`v21: hdlc_data ffc002, hdlc_fcs_ok, hdlc_data ${MCF}, hdlc_fcs_ok_sig_end`],
    hears: ['signal V21', 'frame ffc002', `frame ${MCF}`, 'end'],
  },
  {
    id: 't38-terminal-023',
    sentence: 'An FCS without a frame, because all of it was lost, is nothing heard.',
    packets: ['v21_preamble', 'gap 3', 'v21: hdlc_fcs_ok_sig_end'],
    hears: ['signal V21', 'gap 3', 'end'],
  },
  {
    id: 't38-terminal-024',
    sentence: 'Data of another modem in the middle of a signal is another signal.',
    packets: ['v21_preamble', 'v21: hdlc_data ffc8', 'v29_9600: t4_non_ecm_data 00'],
    hears: ['signal V21', 'end', 'signal V29_9600', 'image 00'],
  },
]
