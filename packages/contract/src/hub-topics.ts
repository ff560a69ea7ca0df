import { z } from 'zod'
import { id } from './schemas/common.ts'
import { frameInfo, jobSummary, logLine, pipelineEvent } from './schemas/jobs.ts'
import { workerInfo } from './schemas/farm.ts'

/**
 * What travels on the hub. A topic is words joined by dots; a subscription may use `*` for one word and `>` for the
 * rest. Every connection sees its own tenant only: the server knows the tenant from the token, topics never name it.
 */
export interface Topic<Payload extends z.ZodType = z.ZodType> {
  /** With parameters in braces: `job.{jobId}.frame`. */
  pattern: string
  summary: string
  payload: Payload
}
const topic = <Payload extends z.ZodType>(definition: Topic<Payload>) => definition

export const topics = {
  jobChanged: topic({
    pattern: 'job.{jobId}.changed',
    summary: "A job's summary, at most four times a second.",
    payload: jobSummary,
  }),
  jobDeleted: topic({
    pattern: 'job.{jobId}.deleted',
    summary: 'A job was deleted.',
    payload: z.object({ jobId: id }),
  }),
  jobFrame: topic({
    pattern: 'job.{jobId}.frame',
    summary: 'A frame changed its state or made progress.',
    payload: frameInfo,
  }),
  jobEvent: topic({ pattern: 'job.{jobId}.event', summary: 'A line of the pipeline log.', payload: pipelineEvent }),
  jobLog: topic({
    pattern: 'job.{jobId}.log',
    summary: "New lines of Blender's log.",
    payload: z.object({ lines: z.array(logLine) }),
  }),
  workerChanged: topic({
    pattern: 'worker.{workerId}.changed',
    summary: 'A worker came, went or changed.',
    payload: workerInfo,
  }),
  /** Only the worker itself may subscribe to these. */
  agentWake: topic({
    pattern: 'agent.{workerId}.wake',
    summary: 'There may be work: lease now.',
    payload: z.object({}),
  }),
  agentDrop: topic({
    pattern: 'agent.{workerId}.drop',
    summary: 'End these attempts now.',
    payload: z.object({ attempts: z.array(id) }),
  }),
  agentTest: topic({
    pattern: 'agent.{workerId}.test',
    summary: 'Make a test render and say how it went.',
    payload: z.object({}),
  }),
}
export type TopicId = keyof typeof topics
export type TopicPayload<Id extends TopicId> = z.output<(typeof topics)[Id]['payload']>

export function topicName(of: TopicId, params: Record<string, string>): string {
  return topics[of].pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '*')
}
