import { describe, expect, it } from 'vitest'
import { ownOrigin, refuseForeignOrigin } from './origin.ts'
import { trustProxies } from './proxies.ts'

const request = (headers: Record<string, string>, remoteAddress = '127.0.0.1') => ({
  headers: { host: '127.0.0.1:8080', ...headers },
  socket: { remoteAddress },
})
const evil = { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' }

describe('an origin', () => {
  it('is ours when it is the host that was asked for, or the public address', () => {
    const isOwn = ownOrigin('https://backlot.example.org/', trustProxies([]))
    expect(isOwn(request({}))).toBe(true)
    expect(isOwn(request({ origin: 'http://127.0.0.1:8080' }))).toBe(true)
    expect(isOwn(request({ origin: 'https://backlot.example.org' }))).toBe(true)
    for (const origin of ['http://backlot.example.org', 'http://127.0.0.1', 'null', 'http://127.0.0.1:8080.evil.org'])
      expect(isOwn(request({ origin }))).toBe(false)
  })

  it('is not ours because a header of nobody in particular says so', () => {
    expect(ownOrigin(undefined, trustProxies([]))(request(evil))).toBe(false)
    expect(ownOrigin(undefined, trustProxies(['10.0.0.0/8']))(request(evil))).toBe(false)
    expect(ownOrigin(undefined, trustProxies(['loopback']))(request(evil))).toBe(true)
  })

  it('counts where a browser may have sent the cookie along', () => {
    const isOwn = ownOrigin(undefined, trustProxies([]))
    expect(() => refuseForeignOrigin('GET', request(evil), isOwn)).not.toThrow()
    expect(() => refuseForeignOrigin('POST', request({ ...evil, authorization: 'Bearer x' }), isOwn)).not.toThrow()
    expect(() => refuseForeignOrigin('POST', request(evil), isOwn)).toThrow(/evil/)
  })
})
