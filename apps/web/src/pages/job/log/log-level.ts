import { eventLevels } from '@backlot/contract/schemas/jobs'

export type LogLevel = (typeof eventLevels)[number]

/** The filter's choices, by the least serious level that they show. */
export const logLevels: Record<LogLevel, string> = {
  debug: 'everything',
  info: 'info and above',
  warning: 'warnings and errors',
  error: 'errors',
}

export function atLeast(level: LogLevel, least: LogLevel): boolean {
  return eventLevels.indexOf(level) >= eventLevels.indexOf(least)
}
