import { isDeepStrictEqual } from 'node:util'
import { BALP_PROFILES, type Code, type Profile, type Rule, type Slice, SYSTEMS } from './balp-profiles.ts'
import { isObject, type Json } from './r4-validator.ts'

const ADDRESS = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.'

/** The profiles of BALP that an event says it follows, by the last part of their addresses. */
export function claimedProfiles(event: Json): string[] {
  const profiles = isObject(event.meta) ? event.meta.profile : undefined
  return Array.isArray(profiles) ? profiles.map((profile) => String(profile).replace(ADDRESS, '')) : []
}

/** @returns what of a profile an event that is valid R4 does not keep, each with its place */
export function profileFaults(event: Json, name: string): string[] {
  const profile = BALP_PROFILES[name]
  if (!profile) return [`${name}: no profile of BALP described here`]
  return [...rootFaults(event, profile), ...profile.slices.flatMap((slice) => sliceFaults(event, slice))].map(
    (fault) => `${name}: ${fault}`,
  )
}

function rootFaults(event: Json, profile: Profile): string[] {
  const { type, action, outcome, agents, entities, observer, modifierExtensions } = profile
  const faults: string[] = []
  if (!hasCode(event.type, [type])) faults.push(`type is not ${type}`)
  if (event.action !== action) faults.push(`action is not ${action}`)
  if (outcome === undefined ? event.outcome === undefined : event.outcome !== outcome)
    faults.push(`outcome is not ${outcome ?? 'there'}`)
  if (itemsOf(event, 'agent').length < agents) faults.push('too few agents')
  if (itemsOf(event, 'entity').length < entities) faults.push('too few entities')
  if (!modifierExtensions && event.modifierExtension !== undefined) faults.push('a modifierExtension')
  if (observer !== undefined && !isObserver(event, profile, observer)) faults.push('val-audit-source')
  return faults
}

/** `$this.who = %resource.source.observer` */
function isObserver(event: Json, { slices }: Profile, name: string): boolean {
  const slice = slices.find((each) => each.of === 'agent' && each.name === name)!
  const observer = isObject(event.source) ? event.source.observer : undefined
  return membersOf(event, slice).every(({ who }) => isDeepStrictEqual(who, observer))
}

function sliceFaults(event: Json, slice: Slice): string[] {
  const place = `${slice.of}:${slice.name}`
  const members = membersOf(event, slice)
  const faults = members.flatMap((member) => slice.rules.flatMap((rule) => ruleFaults(member, rule, place)))
  if (members.length < slice.min) faults.push(`${place} is missing`)
  if (members.length > slice.max) faults.push(`${place} is there more than once`)
  return faults
}

function membersOf(event: Json, { of, codes }: Slice): Json[] {
  return itemsOf(event, of).filter((item) => hasCode(of === 'subtype' ? item : item.type, codes))
}

function ruleFaults(
  member: Json,
  { path, min = 0, max = 1, codes, equals, target }: Rule,
  place: string,
): string[] {
  const value = valueAt(member, path)
  const faults: string[] = []
  if (value === undefined) return min === 0 && equals === undefined ? [] : [`${place}.${path} is missing`]
  if (max === 0) faults.push(`${place}.${path} must not be there`)
  if (codes && !hasCode(value, codes)) faults.push(`${place}.${path} is not one of ${codes.join(' ')}`)
  if (equals !== undefined && value !== equals) faults.push(`${place}.${path} is not ${String(equals)}`)
  if (target !== undefined && !pointsTo(value, target)) faults.push(`${place}.${path} points to no ${target}`)
  return faults
}

/** The extensions of a primitive are the element as well: it is there, without a value. */
function valueAt(member: Json, path: string): unknown {
  const [first = '', ...rest] = path.split('.')
  const value = member[first] ?? member[`_${first}`]
  return rest.length === 0 || !isObject(value) ? value : valueAt(value, rest.join('.'))
}

function pointsTo(value: unknown, target: string): boolean {
  if (!isObject(value)) return false
  const { type, reference } = value
  return type === undefined ? String(reference).startsWith(`${target}/`) : type === target
}

/** A Coding that is one of these, or a CodeableConcept with one of them. */
function hasCode(value: unknown, codes: readonly Code[]): boolean {
  if (!isObject(value)) return false
  if (Array.isArray(value.coding)) return value.coding.some((coding) => hasCode(coding, codes))
  return codes.some((code) => {
    const [system, symbol] = code.split('#')
    return value.system === SYSTEMS[system as keyof typeof SYSTEMS] && value.code === symbol
  })
}

function itemsOf(event: Json, list: string): Json[] {
  const items = event[list]
  return Array.isArray(items) ? items.filter(isObject) : []
}
