import { codeFault } from './known-codes.ts'
import { R4_ELEMENTS } from './r4-elements.ts'
import { invariantFaults } from './r4-invariants.ts'
import { isOfPrimitive, isPrimitive } from './r4-primitives.ts'

interface Element {
  readonly path: string
  readonly name: string
  readonly min: number
  readonly isList: boolean
  readonly types: readonly string[]
  /** `[x]`: its type is part of its name. */
  readonly isChoice: boolean
  /** Of a required binding. */
  readonly codes: readonly string[] | undefined
}

export type Json = Readonly<Record<string, unknown>>

const CHILDREN = parse(R4_ELEMENTS)

/**
 * Validates a resource against FHIR R4: every element known, as often as it may be and of its type, codes of required bindings,
 * invariants, and codes of the systems that are written down in `known-codes.ts`.
 * @returns what is wrong, each with its place; empty when nothing is
 */
export function validateResource(resource: unknown): string[] {
  const faults: string[] = []
  const type = isObject(resource) ? resource.resourceType : undefined
  if (typeof type !== 'string' || !CHILDREN.has(type))
    return [`${String(type)}: no type of resource described here`]
  const { resourceType: _, ...elements } = resource as Json
  validateObject(elements, type, type, faults)
  return faults
}

function validateObject(value: unknown, type: string, place: string, faults: string[]): void {
  if (!isObject(value)) return void faults.push(`${place}: no object`)
  const children = CHILDREN.get(type)!
  // ele-1: an element has a value or children; "id" alone is neither.
  if (Object.keys(value).every((key) => key === 'id')) faults.push(`${place}: empty`)
  const known = new Set<string>()
  for (const child of children) validateChild(value, child, place, faults, known)
  for (const key of Object.keys(value)) if (!known.has(key)) faults.push(`${place}.${key}: unknown`)
  faults.push(...invariantFaults(value, type).map((fault) => `${place}: ${fault}`))
  if (type === 'Coding') faults.push(...codeFault(value).map((fault) => `${place}: ${fault}`))
}

function validateChild(
  parent: Json,
  child: Element,
  place: string,
  faults: string[],
  known: Set<string>,
): void {
  let count = 0
  for (const type of child.types) {
    const base = nameOfType(type)
    const key = child.isChoice ? child.name + base[0]!.toUpperCase() + base.slice(1) : child.name
    known.add(key)
    if (isPrimitive(base)) known.add(`_${key}`)
    const told = validateValues(parent[key], child, type, `${place}.${key}`, faults)
    // The extensions of a primitive stand beside it, and it counts as there with nothing else.
    const beside = isPrimitive(base) ? parent[`_${key}`] : undefined
    if (beside !== undefined) validateObject(beside, 'Element', `${place}._${key}`, faults)
    count += Math.max(told, beside === undefined ? 0 : 1)
  }
  if (count < child.min) faults.push(`${place}.${child.name}: missing`)
  if (count > 1 && !child.isList) faults.push(`${place}.${child.name}: more than one`)
}

function validateValues(
  found: unknown,
  child: Element,
  type: string,
  place: string,
  faults: string[],
): number {
  if (found === undefined) return 0
  if (child.isList !== Array.isArray(found)) {
    faults.push(`${place}: ${child.isList ? 'no list' : 'a list'}`)
    return 1
  }
  const values = Array.isArray(found) ? found : [found]
  if (values.length === 0) faults.push(`${place}: an empty list`)
  values.forEach((value, index) => {
    validateValue(value, child, type, child.isList ? `${place}[${index}]` : place, faults)
  })
  return values.length
}

function validateValue(value: unknown, child: Element, type: string, place: string, faults: string[]): void {
  const base = nameOfType(type)
  if (base === 'Resource')
    return void faults.push(...validateResource(value).map((fault) => `${place}: ${fault}`))
  const shape = type.startsWith('@') ? type.slice(1) : base === 'BackboneElement' ? child.path : undefined
  if (shape !== undefined) return void validateObject(value, shape, place, faults)
  if (!isPrimitive(base)) {
    validateObject(value, base, place, faults)
    if (base === 'Reference' && isObject(value)) faults.push(...targetFault(value, type, place))
    return
  }
  if (!isOfPrimitive(base, value)) return void faults.push(`${place}: no ${base}`)
  if (child.codes && !child.codes.includes(value as string)) faults.push(`${place}: no code of its binding`)
}

/** What a reference says of its target must be what it may point to. */
function targetFault(reference: Json, type: string, place: string): string[] {
  const targets = /\((.*)\)/.exec(type)?.[1]?.split('|')
  const literal = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}$/.exec(String(reference.reference ?? ''))?.[1]
  return [reference.type, literal]
    .filter((target) => target !== undefined && targets !== undefined && !targets.includes(target as string))
    .map((target) => `${place}: points to a ${target}`)
}

function nameOfType(type: string): string {
  return type.replace(/\(.*/, '')
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): Map<string, Element[]> {
  const children = new Map<string, Element[]>()
  for (const line of text.trim().split('\n')) {
    const [, path, min, max, types, codes] = /^(\S+) (\d)\.\.(\S) (\S+)(?: \{(.*)\})?$/.exec(line)!
    const [, parent, name] = /^(.*)\.([^.]+)$/.exec(path!)!
    const element = {
      path: path!,
      name: name!.replace('[x]', ''),
      min: Number(min),
      isList: max === '*',
      types: types!.split(','),
      isChoice: name!.endsWith('[x]'),
      codes: codes?.split(' '),
    }
    children.set(parent!, [...(children.get(parent!) ?? []), element])
  }
  const [id, extension] = children.get('Coding')!
  return children.set('Element', [id!, extension!])
}
