import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestAccess, type TestAccess } from './test-access.ts'

let access: TestAccess
let session: string
beforeAll(async () => {
  access = await createTestAccess()
  session = await access.setUp()
})
afterAll(() => access.close())

const code = (expected: string) => expect.objectContaining({ code: expected })
const start = () => access.client().startDevice({ body: { clientName: 'CLI on render-01' } })
const poll = (deviceCode: string) => access.client().pollDevice({ body: { deviceCode } })
const decide = (userCode: string, approve: boolean, token = session) =>
  access.client(token).decideDevice({ params: { userCode }, body: { approve } })

describe('device sign-in', () => {
  it('waits, is confirmed by a person who sees what asks, and is collected once', async () => {
    const device = await start()
    expect(device.userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(device.verificationUriComplete).toBe(`http://backlot.test/device?code=${device.userCode}`)
    await expect(poll(device.deviceCode)).rejects.toEqual(code('auth.device_pending'))
    await expect(poll(device.deviceCode)).rejects.toEqual(code('auth.device_slow_down'))

    // As somebody types it.
    const typed = ` ${device.userCode.toLowerCase().replace('-', ' ')}`
    expect(await access.client(session).showDevice({ params: { userCode: typed } })).toMatchObject({
      userCode: device.userCode,
      clientName: 'CLI on render-01',
    })
    await decide(typed, true)
    await expect(decide(typed, false)).rejects.toEqual(code('auth.device_expired'))

    access.pass(2)
    const answers = await Promise.allSettled([poll(device.deviceCode), poll(device.deviceCode)])
    const [signedIn, ...more] = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    expect(more).toEqual([])
    expect(signedIn?.user.name).toBe('Ada')
    await access.client(signedIn?.token).whoami({})
    await expect(poll(device.deviceCode)).rejects.toEqual(code('auth.device_expired'))
  })

  it('can be refused', async () => {
    const device = await start()
    await decide(device.userCode, false)
    await expect(poll(device.deviceCode)).rejects.toEqual(code('auth.device_denied'))
    await expect(poll(device.deviceCode)).rejects.toEqual(code('auth.device_expired'))
  })

  it('ends after ten minutes, decided or not', async () => {
    const [decided, open] = [await start(), await start()]
    await decide(decided.userCode, true)
    access.pass(601)
    for (const { deviceCode } of [decided, open]) {
      await expect(poll(deviceCode)).rejects.toEqual(code('auth.device_expired'))
    }
    await expect(decide(open.userCode, true)).rejects.toEqual(code('auth.device_expired'))
  })

  it('can not be confirmed without a sign-in, and not with a token for scripts', async () => {
    const { userCode } = await start()
    await expect(access.client().decideDevice({ params: { userCode }, body: { approve: true } })).rejects.toEqual(
      code('auth.required'),
    )
    const { secret } = await access.client(session).createToken({ body: { name: 'script' } })
    await expect(decide(userCode, true, secret)).rejects.toEqual(code('auth.forbidden'))
  })

  it('knows no foreign codes, and stores none in the clear', async () => {
    await expect(poll('bkd_guess')).rejects.toEqual(code('auth.device_expired'))
    await expect(decide('BBBB-BBBB', true)).rejects.toEqual(code('auth.device_expired'))
    const { deviceCode, userCode } = await start()
    const stored = JSON.stringify(await access.test.admin('select * from auth.device_requests'))
    expect(stored).not.toContain(deviceCode)
    expect(stored).not.toContain(userCode)
  })
})
