/**
 * Elements of FHIR R4 (4.0.1): AuditEvent, Bundle, and the data types in them. A line is a path, its cardinality, its types, and, where the
 * binding is required, its codes in braces. From the StructureDefinitions' snapshots, in their order. Left out: types that nothing of ours
 * uses (a signature, an outcome, the less simple values of an extension), so that using one is found as an unknown element.
 */
export const R4_ELEMENTS = `
AuditEvent.id 0..1 id
AuditEvent.meta 0..1 Meta
AuditEvent.implicitRules 0..1 uri
AuditEvent.language 0..1 code
AuditEvent.text 0..1 Narrative
AuditEvent.contained 0..* Resource
AuditEvent.extension 0..* Extension
AuditEvent.modifierExtension 0..* Extension
AuditEvent.type 1..1 Coding
AuditEvent.subtype 0..* Coding
AuditEvent.action 0..1 code {C R U D E}
AuditEvent.period 0..1 Period
AuditEvent.recorded 1..1 instant
AuditEvent.outcome 0..1 code {0 4 8 12}
AuditEvent.outcomeDesc 0..1 string
AuditEvent.purposeOfEvent 0..* CodeableConcept
AuditEvent.agent 1..* BackboneElement
AuditEvent.agent.id 0..1 string
AuditEvent.agent.extension 0..* Extension
AuditEvent.agent.modifierExtension 0..* Extension
AuditEvent.agent.type 0..1 CodeableConcept
AuditEvent.agent.role 0..* CodeableConcept
AuditEvent.agent.who 0..1 Reference(PractitionerRole|Practitioner|Organization|Device|Patient|RelatedPerson)
AuditEvent.agent.altId 0..1 string
AuditEvent.agent.name 0..1 string
AuditEvent.agent.requestor 1..1 boolean
AuditEvent.agent.location 0..1 Reference(Location)
AuditEvent.agent.policy 0..* uri
AuditEvent.agent.media 0..1 Coding
AuditEvent.agent.network 0..1 BackboneElement
AuditEvent.agent.network.id 0..1 string
AuditEvent.agent.network.extension 0..* Extension
AuditEvent.agent.network.modifierExtension 0..* Extension
AuditEvent.agent.network.address 0..1 string
AuditEvent.agent.network.type 0..1 code {1 2 3 4 5}
AuditEvent.agent.purposeOfUse 0..* CodeableConcept
AuditEvent.source 1..1 BackboneElement
AuditEvent.source.id 0..1 string
AuditEvent.source.extension 0..* Extension
AuditEvent.source.modifierExtension 0..* Extension
AuditEvent.source.site 0..1 string
AuditEvent.source.observer 1..1 Reference(PractitionerRole|Practitioner|Organization|Device|Patient|RelatedPerson)
AuditEvent.source.type 0..* Coding
AuditEvent.entity 0..* BackboneElement
AuditEvent.entity.id 0..1 string
AuditEvent.entity.extension 0..* Extension
AuditEvent.entity.modifierExtension 0..* Extension
AuditEvent.entity.what 0..1 Reference
AuditEvent.entity.type 0..1 Coding
AuditEvent.entity.role 0..1 Coding
AuditEvent.entity.lifecycle 0..1 Coding
AuditEvent.entity.securityLabel 0..* Coding
AuditEvent.entity.name 0..1 string
AuditEvent.entity.description 0..1 string
AuditEvent.entity.query 0..1 base64Binary
AuditEvent.entity.detail 0..* BackboneElement
AuditEvent.entity.detail.id 0..1 string
AuditEvent.entity.detail.extension 0..* Extension
AuditEvent.entity.detail.modifierExtension 0..* Extension
AuditEvent.entity.detail.type 1..1 string
AuditEvent.entity.detail.value[x] 1..1 string,base64Binary
Bundle.id 0..1 id
Bundle.meta 0..1 Meta
Bundle.implicitRules 0..1 uri
Bundle.language 0..1 code
Bundle.identifier 0..1 Identifier
Bundle.type 1..1 code {document message transaction transaction-response batch batch-response history searchset collection}
Bundle.timestamp 0..1 instant
Bundle.total 0..1 unsignedInt
Bundle.link 0..* BackboneElement
Bundle.link.id 0..1 string
Bundle.link.extension 0..* Extension
Bundle.link.modifierExtension 0..* Extension
Bundle.link.relation 1..1 string
Bundle.link.url 1..1 uri
Bundle.entry 0..* BackboneElement
Bundle.entry.id 0..1 string
Bundle.entry.extension 0..* Extension
Bundle.entry.modifierExtension 0..* Extension
Bundle.entry.link 0..* @Bundle.link
Bundle.entry.fullUrl 0..1 uri
Bundle.entry.resource 0..1 Resource
Bundle.entry.search 0..1 BackboneElement
Bundle.entry.search.id 0..1 string
Bundle.entry.search.extension 0..* Extension
Bundle.entry.search.modifierExtension 0..* Extension
Bundle.entry.search.mode 0..1 code {match include outcome}
Bundle.entry.search.score 0..1 decimal
Bundle.entry.request 0..1 BackboneElement
Bundle.entry.request.id 0..1 string
Bundle.entry.request.extension 0..* Extension
Bundle.entry.request.modifierExtension 0..* Extension
Bundle.entry.request.method 1..1 code {GET HEAD POST PUT DELETE PATCH}
Bundle.entry.request.url 1..1 uri
Bundle.entry.request.ifNoneMatch 0..1 string
Bundle.entry.request.ifModifiedSince 0..1 instant
Bundle.entry.request.ifMatch 0..1 string
Bundle.entry.request.ifNoneExist 0..1 string
Bundle.entry.response 0..1 BackboneElement
Bundle.entry.response.id 0..1 string
Bundle.entry.response.extension 0..* Extension
Bundle.entry.response.modifierExtension 0..* Extension
Bundle.entry.response.status 1..1 string
Bundle.entry.response.location 0..1 uri
Bundle.entry.response.etag 0..1 string
Bundle.entry.response.lastModified 0..1 instant
Meta.id 0..1 string
Meta.extension 0..* Extension
Meta.versionId 0..1 id
Meta.lastUpdated 0..1 instant
Meta.source 0..1 uri
Meta.profile 0..* canonical(StructureDefinition)
Meta.security 0..* Coding
Meta.tag 0..* Coding
Narrative.id 0..1 string
Narrative.extension 0..* Extension
Narrative.status 1..1 code {generated extensions additional empty}
Narrative.div 1..1 xhtml
Extension.id 0..1 string
Extension.extension 0..* Extension
Extension.url 1..1 string
Extension.value[x] 0..1 base64Binary,boolean,canonical,code,date,dateTime,decimal,id,instant,integer,markdown,oid,positiveInt,string,time,unsignedInt,uri,url,uuid,CodeableConcept,Coding,Identifier,Meta,Period,Reference
Coding.id 0..1 string
Coding.extension 0..* Extension
Coding.system 0..1 uri
Coding.version 0..1 string
Coding.code 0..1 code
Coding.display 0..1 string
Coding.userSelected 0..1 boolean
CodeableConcept.id 0..1 string
CodeableConcept.extension 0..* Extension
CodeableConcept.coding 0..* Coding
CodeableConcept.text 0..1 string
Identifier.id 0..1 string
Identifier.extension 0..* Extension
Identifier.use 0..1 code {usual official temp secondary old}
Identifier.type 0..1 CodeableConcept
Identifier.system 0..1 uri
Identifier.value 0..1 string
Identifier.period 0..1 Period
Identifier.assigner 0..1 Reference(Organization)
Reference.id 0..1 string
Reference.extension 0..* Extension
Reference.reference 0..1 string
Reference.type 0..1 uri
Reference.identifier 0..1 Identifier
Reference.display 0..1 string
Period.id 0..1 string
Period.extension 0..* Extension
Period.start 0..1 dateTime
Period.end 0..1 dateTime
`
