import { CodedError } from '@backlot/base/errors'
import { ApiError } from '@backlot/contract/client'
import { describe, expect, it } from 'vitest'
import { describeFailure } from './failure.ts'

const systemError = (code: string) => Object.assign(new Error(code), { code })

describe('what a failure counts as', () => {
  it.each([
    [new CodedError('render.no_camera', 'no camera'), 'scene', 'render.no_camera'],
    [new CodedError('render.crashed', 'SIGSEGV'), 'crash', 'render.crashed'],
    [new CodedError('render.out_of_memory', 'killed'), 'out_of_memory', 'render.out_of_memory'],
    [new CodedError('transfer.disk_full', 'full'), 'disk_full', 'render.disk_full'],
    [new Error('write', { cause: systemError('ENOSPC') }), 'disk_full', 'render.disk_full'],
    [systemError('EDQUOT'), 'disk_full', 'render.disk_full'],
    [new ApiError('blob.not_found', 'gone'), 'missing_asset', 'render.missing_asset'],
    [new ApiError('network.unreachable', 'away'), 'network', 'network.unreachable'],
    [new ApiError('server.internal', 'oops'), 'host', 'server.internal'],
    [systemError('EIO'), 'host', 'render.host_error'],
    ['a string', 'host', 'render.host_error'],
  ])('%s', (error, cause, code) => {
    expect(describeFailure(error)).toMatchObject({ cause, code })
  })

  it('keeps the message within the limit of the contract', () => {
    expect(describeFailure(new Error('x'.repeat(10_000))).message).toHaveLength(4000)
    expect(describeFailure(new Error('')).message).not.toBe('')
  })
})
