import { expect, it } from 'vitest'
import { explain } from './explain.ts'

const told = (stage: Parameters<typeof explain>[0], output: string): string => explain(stage, output, 120).join('\n')

it('names the host that could not be reached', () => {
  const output =
    'npm error request to https://packages.example:8443/pnpm failed, reason: getaddrinfo ENOTFOUND packages.example'
  expect(told('pnpm', output)).toMatch(/^packages\.example:8443 can't be reached/)
})

it('tells a full disk from a network error that mentions it', () => {
  expect(told('dependencies', 'ENOSPC: no space left on device, write\nrequest to https://x.example')).toContain(
    '120 MB free',
  )
})

it('tells a checkout of somebody else, a changed package.json, a changed package', () => {
  expect(told('checkout', "Error: EACCES: permission denied, access '/srv/backlot'")).toContain("'/srv/backlot'")
  expect(told('dependencies', 'Error: ERR_PNPM_OUTDATED_LOCKFILE')).toContain('./backlot pnpm install')
  expect(told('pnpm', 'npm error code EINTEGRITY')).toContain('Nothing of it was kept')
})

it('shows the end of anything else', () => {
  const output = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n')
  expect(told('dependencies', output).split('\n')).toEqual(
    Array.from({ length: 8 }, (_, index) => `line ${index + 12}`),
  )
})
