import type { WhyNotRunning } from '@backlot/contract/schemas/jobs'
import type { Usage } from './caps.ts'

const whose: Record<Usage['kind'], (name: string) => string> = {
  tenant: () => 'The limit of the tenant is reached',
  pool: (name) => `The pool ${name} is full`,
  licence: (name) => `No licence ${name} is free`,
  job: () => 'The job runs as many tasks as it may',
  project: () => '',
  person: () => '',
}
const toRaise: Record<Usage['kind'], string> = {
  tenant: "Wait, or have the tenant's limit raised: `backlot limits tenant`.",
  pool: 'Wait, or raise its limit with `backlot limits pool`.',
  licence: 'Wait, or say how many there are with `backlot limits licence`.',
  job: 'Wait, or raise it with `backlot job change --max-running`.',
  project: '',
  person: '',
}

/** A limit that is reached. */
export function explainLimit({ kind, name, most, running }: Usage): WhyNotRunning['reasons'][number] {
  return {
    code: `${kind}_limit`,
    message: `${whose[kind](name)}: ${running} of ${most} running.`,
    advice: toRaise[kind],
  }
}
