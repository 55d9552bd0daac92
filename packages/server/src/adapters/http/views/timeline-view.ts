import type { Timeline } from '../../../domain/attempts/timeline.ts'

export function timelineView(timeline: Timeline | null) {
  return timeline && { entries: timeline.entries.map((entry) => ({ ...entry })), cut: timeline.cut }
}
