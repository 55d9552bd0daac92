import { AUDIT_PAGE, type SafeguardRow, SHARED_PAGE, TEMPLATES } from './safeguard-row.ts'

/** Agreements and documents, 45 CFR 164.314 and 316. */
export const ORGANISATIONAL: readonly SafeguardRow[] = [
  [
    '164.314(a)(1)',
    'Business associate contracts',
    'standard',
    'shared',
    'The clauses of 164.504(e)(2) and 164.314(a)(2) are gone through one by one.',
    ['associates.contracts'],
    [`${TEMPLATES}/baa-checklist.md`],
  ],
  [
    '164.314(a)(2)(i)(C)',
    'Reports of security incidents by associates',
    'required',
    'shared',
    'The clause is asked for by name.',
    ['associates.contracts'],
    [`${TEMPLATES}/baa-checklist.md`, `${TEMPLATES}/incident-worksheet.md`],
  ],
  ['164.314(b)(1)', 'Requirements for group health plans', 'standard', 'operator', null, [], [SHARED_PAGE]],
  ['164.316(a)', 'Policies and procedures', 'standard', 'operator', null, [], [SHARED_PAGE]],
  [
    '164.316(b)(1)',
    'Documentation',
    'standard',
    'shared',
    'Evidence as a signed file: answerback compliance bundle.',
    ['associates.contracts'],
    [SHARED_PAGE],
  ],
  [
    '164.316(b)(2)(i)',
    'Six years',
    'required',
    'shared',
    'Audit, agreements and certificates are never deleted.',
    ['retention.policy'],
    [AUDIT_PAGE],
  ],
  ['164.316(b)(2)(ii)', 'Availability of documentation', 'required', 'operator', null, [], [SHARED_PAGE]],
  ['164.316(b)(2)(iii)', 'Updates of documentation', 'required', 'operator', null, [], [SHARED_PAGE]],
]
