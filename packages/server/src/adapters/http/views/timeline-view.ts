import type { Timeline } from '../../../domain/timeline.ts'

export function timelineView(timeline: Timeline | null) {
  return timeline && { entries: timeline.entries.map((entry) => ({ ...entry })), cut: timeline.cut }
}
