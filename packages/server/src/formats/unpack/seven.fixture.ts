/** Archives for tests, made by 7-Zip 26.02 and XZ Utils 5.4.1 from what is below. */
import { crc32 } from 'node:zlib'

/** A list of addresses that are nobody's. */
export const LIST = Buffer.from('192.0.2.1\n198.51.100.0/24\n'.repeat(200))

/** Calls and jumps to one place, as programs have them, and some to none. */
export const CODE = codeOf(1500)

function codeOf(length: number): Buffer {
  const code = Buffer.alloc(length)
  for (let at = 0, n = 1; at + 5 < length; at += 5 + (n % 3), n++) {
    code[at] = n % 7 === 0 ? 0xe9 : 0xe8
    code.writeInt32LE(n % 5 === 0 ? (-n * 0x01010101) | 0 : 70_000 - at - 5, at + 1)
  }
  return code
}

/** Of `list.txt`, `b/code.exe` and `empty`, by how they are packed. */
export const SEVEN_ZIPS: Readonly<Record<string, Buffer>> = Object.fromEntries(
  Object.entries({
    bcj2: [
      'N3q8ryccAARfpaNCKQMAAAAAAAAiAAAAAAAAABnXIh4AdBq+IA+HUT28eu5wvLvpcbg196k8i4EX3lBXlrEG2WvIJT+Fh1WH',
      '6DVZ8XiTb2EYbaBqiKy8pE5WVWiMgUA/tIiQEscJBZA0oupQ97JS7nlPbeFi5Ql26R1B2REMXLe32Wr4IJWwoUlPBVjwp10u',
      'ncs9wVAPOwU+rKzDqzbDENemvbZmjiwRqIU6AbtNs2uJVFhoYYl1NLwsjI2fkb4Ayzd/de+vhbDpsMf+36HfZfwZ2CfwvdeI',
      'PSHpAiufChurY8Q0//Q0JY0Nv7NxIBWp3vJ5CGsfbHPRd3eLkZcBgRvK94CEp5DKPLbUbRbsEOCxkWYQ1faq/5bC0q5+Im88',
      'wfGkjOkhNMwSXEkiQf7PyQsbGO8JnpdxxdchDaq4XJuNa2r7SPormENY6jAQP3RIXiMsFeKhhJr0voro4+B3yyf9k4lwvweA',
      '09ZxfOAIdbZZMjUQ7mDbWGbUPfEsB74hwGoxBRs40b1z4XDVSvJLawsyP4kdiYoS15v+1IiOPQNfVaLfodazFjQBZI9D4gIK',
      'a5KmpXB8T6iQJGrfuZjgSaZWpMgsDJByZFjP+uPEd1hS92DmFTHS02CsjIzZJOWo1ITACcwP9XoMOhIwgNwjb1J30PgfPUDr',
      'xJtPbW3FenqK/8PNabY3nBawyXGD2VTLsUGhBh20YjV00uu7IylgkshwlG3NI46Bi6IP0BIumSLv6i/hVyjjyN1gCanBavOS',
      '42Y5mGANR0ewXkQfI3Nel7Ro2TME9Z16E04Dm2LLf1/iR5uadT5R6DTGjYz1e6RbthjgYZetRGT4l3xoO8BiiThC+zWsGqIb',
      '2f2zKjgapFKMeR0LPttUrK96i4crP72Ea3eWWDOPAOvDRe6UszvhWdGrdOQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACBMweu',
      'bcWInmkA5NPIIsLj/R59QPoLq+aFglHud1VzqUU3lthbxp2A3zxemdQzNvJpHcXT3i2iqHq9p+ysZibdy7+F05h6fnccYprq',
      'sPR9dPryWPFU1YRTmUTykXqIKMO69iiOL7RyNCAhOk6uczzABmnXgefOkrt6Yq3MABcGgqoBCX8ABwsBAAEjAwEBBV0AEAAA',
      'DICqCgHgJuSSAAA=',
    ],
    deflate: [
      'N3q8ryccAAQdEBwYzQMAAAAAAAAhAAAAAAAAAD0esDzt1PtPzXEcx/GPS8wJJ5O5bDLCMjrOOVgi7DAZuWSWSyEmtsNkZJMR',
      'lpFL2WJyicnIJSys2GFiO0xGNhlhGbnU+7OYXGIyl8/r/f7J//D55bw/38f7+dnnt0MrurRSipaaXzMWmkHzWH61tLSYMdV8',
      '6EksPmlGofne3NysaKhIFCQSZ91b5HNTUxN14VuhIm3R/A2DfGhsbDTpF/NBH1kawrh5DWmor69X9ETkoRn6HjdBkTd1dXV0',
      'leWSSAluFeOsX9bW1ho5CNnHTZ402yHPampqFG1g0Wshq7jxS/O4urqaFrDMEUnE6wksD6uqqswYi1uxLMOkGQK5V1lZqXRf',
      'kV6Qbtw4RW4Hg0Fqw/Lbya9/N4M+40w3KyoqzHgHecXy3Mm3qs3Q1wKBgKK7IrfQXOemXKS8rKyMzuKsT4gcQXOAm4ulpaVm',
      '7IJsY9ksr2dCzpWUlChaKbeWQRZzkyJyqri4WM9gmSwyHs0YluNFRUVmuCGD+fUB0kRAjhQWFirqKtIR0p5vtZLXDxQUFFBz',
      'Z8inztyQGfSWZW9+fr4ZT82HfsRyX5rbaPJyc3MVBUQuQy7grE+L7MjJyaFCvrVfZA+anSxbs7OzTboRso5ltTTLIZuysrIU',
      'pYrMxeuzuJkmsj4zM5N8LKNFhuPWUH59bUZGhpF+kN7cdJcmDLIqPT1dUQiL/tPJyM9OaL52ktf9fj81sNSJvDBDP2FZmpaW',
      'ZkYlbgVZbkhzBbIoNTVV6XMiJyHHuDkkkpKcnEx5LDkseguaDSyzk5KSzEiH+FmWyK35eH1mYmKiopkiU9BM5GacyNSEhAQa',
      'hrOOFhmIpi83k+Lj480IhzhZOsjrrSHjfT6foh8d+VaTGdSIM70XGRMXF6efszwWeYDmLsvImJgYM65ByiG6VJozkGFer1fR',
      'UZECSD7f2s2iXdHR0bSZZb00a9CsZBkUFRVlxiLzoVNYkqSZjqZ/ZGSkogkicZAYft0j0iciIoIG8K0+Ij3QdGXp1bNnT5O2',
      'g7Ri+RXKzbdQ/EuEh4cr0iJvzNAvcaYakTCn00n3We6IVOBWAGcd6nA4jJyHnObmuDSHIe1CQkKUJ9brcru8Lo/DEzvSNcLj',
      '8rjdLvdQ73CH3diN3diN3diN3diN3diN3diN3diN3diN3diN3djN/5t/AACBMweuD9VQLCOXJNP+spd6wRPpBiwc+y8tR7qL',
      '/+CNVy1vDQp1rnlX6MQAEdmK0WbyPV9E+2kQbeItnQ0xRjIanG9w8yQWiFPzaDkSiwg9hD+1R70ULqeo3V998DdnAdMAFwaD',
      'agEJYwAHCwEAASMDAQEFXQAQAAAMegoBegMcEQAA',
    ],
    delta: [
      'N3q8ryccAARIoNj7AgUAAAAAAAAiAAAAAAAAAGak2zUAdBq+IBBQ0s80Hzry/kmPRwH4hIv3SBoQgCLAwz0j6XURH6wVe4cN',
      '2iMlHiNixx2TZGJxUYJRvKOHIn4KJRG0YcaLE5+RBWBAqxWnIGROqXxCckHvICym+k6zbuRk976gb4jH/8gpVlXYHO4a8U7U',
      'jMCDtwXnpUkrlBYJ/Ik4igw84hxy+D6lobNBQ9d6qS/Oup0gY7BndW/xEv4L67j6yO0GT3wLGclKc+igNX9blfzgJr8Atnck',
      'akuRqODiVOs0NFmRBQjex0tH5XApB7Q9L6ZFGjaERMIOo20EPMpPNLQgCdfdafgcAQpB/gOjuFzx/qMcyvjBWb5PtrpFokD4',
      'K6AI8U2KhcvxhU8VdM8RxEkzGYRcSDZ3B7TCqELCAKURbtT/lH9oASKjhutnBwpBjkkH/9B7rF/7i1PnghAgfxuVa2wYS3A7',
      'Y+Y6PiW1pKrH/CVVGDBqJROoAmy+wmCB/xpOFR9KjVhdudwW2aD0OJ16wAGpLIFLuNYeB+7Xr/k+NmnhRcp3ci09ICnTiaQm',
      'Ci/+W0uTHAYqAWdt96pYYI5vNocMigomMHKSnpV6zDCpWxFUFcrIn6WXh/XO8QHOz0+UuJJKNv0BD6pZIKXiZO0lzVx0TNAE',
      'dSWfHFnUdBFJjN44LBlfVv/aRAcJ6IS7wLaqGqSqzw1jBfgqnactaCWZLD7ZUzK/czzJkfR78DIga2I/rJ7dsLUypDc4KNlJ',
      'EXP0XASkWt/6G8sQMSh5wj4+vpIWu3xoaB6tgBTh3t6Pv05GxHbW2haUGmI6z7TEPuDHiquP9lT72KBqN+f3lV+9mdT9CF4P',
      'UPf7R0Z/uon2u2250CST61RGHR5PYhjUclyzro5Zd0n4j2VcEkVn1DRe4FkUo6cBVXU5sD2wf8vJyG2blW/h7hW0OhccX0S9',
      '3lGlNRZWmy5BjAs3f90yPr+7IuzPcTlX5vCPKkkM7L6woVolaofv0MC1NWFE8Uv4BxN0ZrUwElCVtqSzdFopgUTudkz1qSq+',
      '2A8jSzC1RTbe96sl4nET5tuNpe3lIsKbaaZSnvtSjkUCB695M1mtPsdT84PEOkD7ZihHBRQo/5Jb5wPcy4cq+haZ0psQkqY9',
      'qxT7zCBTUsrJbFsVGcShMKYXmVHSwUwxLScixASrYodbngWov3RKnazZxRi3Yttc+eAOXmzWrjkeazK3WyLYXHkUqBks+6WV',
      'Cn+K4jRR4VCllJRWKGyzTp2jx8DOEL8HScGohvrIAytx4TID1u/fxTj+nSo5yzFcqK1EsGoOPMhmIT7ThBmGKZycQ96O8Pp1',
      'pPT/vzd8Y6CIOPsVIBraUvCRm4Xk2GUJiunZfmJmJhr6bWV+HbS+RZIheZgu8ZhocYCDPAflv023YyOrWjCU3nx7tqiY/I68',
      'N+JaMCr4iE1+ZXlfv7LT3PmHkQ50mY3BN7WjVfoE8dFoF/eUxROyqjWJcux2qj+tg9bFKvZ70j+EABiOQoh8qta6jR/jxIVx',
      'nFVcMyHbV3MKJnrbYlGCowfBk388phC3OGYeoC2cG+JMZhWOAigemZ6IQOjbKaEAAACBMweuMZ8Bcef5+t7d3FPFCUNZ/1kd',
      'KyGhpvu70pyZetUOpU2iZMXA2J74nz1sT3hQF8YRgxR5mXNMWL2rOZj2PXfuGfhZdt9xT47tF58/QPXq4sKgTGno4mABGieM',
      '/mXEfSipmDYhD/ZrSoyiUqgAFwaEkAEJcgAHCwEAASMDAQEFXQAQAAAMgJoKAfm5lyoAAA==',
    ],
    encrypted: [
      'N3q8ryccAAQLj/+WIgMAAAAAAAAjAAAAAAAAAGGjpyTUI/xBe1G0QZXOQFWCCpg4ECGPG0FX6wmA7jB0BncFQw7qjg6/BE7b',
      'K8A6tQnwtwI/LTP2PYUdQMFphvNxv1mSfSeAlyGlvfgoAjwnMMhCTQU2txhcW708qJ5XtOV8B0UeWy2yHyeaYD/i5rF48kq6',
      'igZSGq19bXToyBtUpczGI9vZv+e49nJycQO2Ht2Eb+07gT6EXBbs4fqeMdaXQLamtfJyDjMvoYIJbJhQqtdjkrz+xFOhSG3g',
      'SBy97z+Vd7NEh3tSNef7gS6Ok/nkNYgsLvdJDu6R+FWq6NufBnM9w10gKMWaWuY2Mn9UlnxZGbg8Mncgn5Mys6QHxNxvUsLh',
      'QA0ZHNSDVZgzqhAVhC7i/n0KESSXnoEPG87Zq/8jw2sK6op2DTv704PPqmvKBLuLOJIYc9UtfnuHQ6QtuOLFWzw30Jf+0Bqq',
      'IiDjNffIbgxaNTVYNWsHJpx0+S/q6+j/lRnSSziyjAMgdm3G3fBtFpAkiN8b3PAETeiu3oHoAVs8CqFYv6k2I4IIjIm/MBUz',
      '+qlKD3zqG7LFi0FSArtw1Aay3xEgX2pGJIxUKgR8NMge48fFvdKhCy2FZ9z5oSNDskRAv2tSJwQx68wprB857yyMtz4soPOR',
      'KnCLXy8aQEjzyJqFdKDjcjpdpMyg7TODp6EPngblM+gZ64LD0K1EDSdeL46UjM3y34sMhGk5ngCmuwUeBLzOYSQcC2LxWdYg',
      '3iPHzb3TUsvCJqWURerdSOI3tD3RgFgxg5NY1TBfxpSk06ac0TCsDCiqL/dhmbwAxpuMjkuBoibVRuK7rdNMQLTuE0CD95CR',
      'VFyGeNbm3xOLalEmJYzzUEgrTr8/GOh1Lau2Cqht5rycPs5gQEpe5ODCD4Ak+WPUAfDgR06MV2AAAIEzB64P1UZd+Rck0c/k',
      'BCgFLxeDk2jigFDCRkfTmhaY7b8rFOaPSivOr1mX9ju7TMeynYn2p51q/+hC5r3ZbdhAqLYK1e6JZ7ZGJpRJgy6rmLBjx8fV',
      'swuBy+Fbdp2GBhQ9XRWVcrFp8Tqds7/Y7eKiBw8lM385wIRxHxNQ1QAAFwaCoAEJgIIABwsBAAEjAwEBBV0AEAAADICaCgED',
      '/P9SAAA=',
    ],
    lzma: [
      'N3q8ryccAARNk2R7lAIAAAAAAAB6AAAAAAAAAEUGfHUAdBq+IA+HUT28eu5wvLvpcbg196k8i4EX3lBXlrEG2WvIJT+Fh1WH',
      '6DVZ8XiTb2EYbaBqiKy8pE5WVWiMgUA/tIiQEscJBZA0oupQ97JS7nlPbeFi5Ql26R1B2REMXLe32Wr4IJWwoUlPBVjwp10u',
      'ncs9wVAPOwU+rKzDqzbDENemvbZmjiwRqIU6AbtNs2uJVFhoYYl1NLwsjI2fkb4Ayzd/de+vhbDpsMf+36HfZfwZ2CfwvdeI',
      'PSHpAiufChurY8Q0//Q0JY0Nv7NxIBWp3vJ5CGsfbHPRd3eLkZcBgRvK94CEp5DKPLbUbRbsEOCxkWYQ1faq/5bC0q5+Im88',
      'wfGkjOkhNMwSXEkiQf7PyQsbGO8JnpdxxdchDaq4XJuNa2r7SPormENY6jAQP3RIXiMsFeKhhJr0voro4+B3yyf9k4lwvweA',
      '09ZxfOAIdbZZMjUQ7mDbWGbUPfEsB74hwGoxBRs40b1z4XDVSvJLawsyP4kdiYoS15v+1IiOPQNfVaLfodazFjQBZI9D4gIK',
      'a5KmpXB8T6iQJGrfuZjgSaZWpMgsDJByZFjP+uPEd1hS92DmFTHS02CsjIzZJOWo1ITACcwP9XoMOhIwgNwjb1J30PgfPUDr',
      'xJtPbW3FenqK/8PNabY3nBawyXGD2VTLsUGhBh20YjV00uu7IylgkshwlG3NI46Bi6IP0BIumSLv6i/hVyjjyN1gCanBavOS',
      '42Y5mGANR0ewXkQfI3Nel7Ro2TME9Z16E04Dm2LLf1/iR5uadT5R6DTGjYz1e6RbthjgYZetRGT4l3xoO8BiiThC+zWsGqIb',
      '2f2zKjgapFKMeR0LPttUrK96i4crP72Ea3eWWDOPAOvDRe6UszvhWdGrdOQBBAYAAQmClAAHCwEAASMDAQEFXQAgAAAMmiwA',
      'CA0CCYXcCgFQ/GTapeRP8AAABQQOAcAPAUAZBQAAAAAAETkAYgAAAGUAbQBwAHQAeQAAAGIALwBjAG8AZABlAC4AZQB4AGUA',
      'AABsAGkAcwB0AC4AdAB4AHQAAAAAAA==',
    ],
    lzma2: [
      'N3q8ryccAARACIn8/wIAAAAAAAAhAAAAAAAAAAYTHdfgGisCk10AdBq+IA+HUT28eu5wvLvpcbg196k8i4EX3lBXlrEG2WvI',
      'JT+Fh1WH6DVZ8XiTb2EYbaBqiKy8pE5WVWiMgUA/tIiQEscJBZA0oupQ97JS7nlPbeFi5Ql26R1B2REMXLe32Wr4IJWwoUlP',
      'BVjwp10uncs9wVAPOwU+rKzDqzbDENemvbZmjiwRqIU6AbtNs2uJVFhoYYl1NLwsjI2fkb4Ayzd/de+vhbDpsMf+36HfZfwZ',
      '2CfwvdeIPSHpAiufChurY8Q0//Q0JY0Nv7NxIBWp3vJ5CGsfbHPRd3eLkZcBgRvK94CEp5DKPLbUbRbsEOCxkWYQ1faq/5bC',
      '0q5+Im88wfGkjOkhNMwSXEkiQf7PyQsbGO8JnpdxxdchDaq4XJuNa2r7SPormENY6jAQP3RIXiMsFeKhhJr0voro4+B3yyf9',
      'k4lwvweA09ZxfOAIdbZZMjUQ7mDbWGbUPfEsB74hwGoxBRs40b1z4XDVSvJLawsyP4kdiYoS15v+1IiOPQNfVaLfodazFjQB',
      'ZI9D4gIKa5KmpXB8T6iQJGrfuZjgSaZWpMgsDJByZFjP+uPEd1hS92DmFTHS02CsjIzZJOWo1ITACcwP9XoMOhIwgNwjb1J3',
      '0PgfPUDrxJtPbW3FenqK/8PNabY3nBawyXGD2VTLsUGhBh20YjV00uu7IylgkshwlG3NI46Bi6IP0BIumSLv6i/hVyjjyN1g',
      'CanBavOS42Y5mGANR0ewXkQfI3Nel7Ro2TME9Z16E04Dm2LLf1/iR5uadT5R6DTGjYz1e6RbthjgYZetRGT4l3xoO8BiiThC',
      '+zWsGqIb2f2zKjgapFKMeR0LPttUrK96i4crP72Ea3eWWDOPAOvDRe6UszvhWdGrdOQAAACBMweuD9VGQZvWbCkfSB2Y9EYL',
      'U71qvCu3xZQijOwhpzA3Y9iNdClKB20wzhkEG6AhwX9xKc6FAjR6IutHxhSL9zTkT3DgFHtRVrEzAIDfQZNrVlGDcmRy6Mkz',
      'GxsrlFMSABcGgpsBCWQABwsBAAEjAwEBBV0AEAAADHoKARgwcbEAAA==',
    ],
    names: [
      'N3q8ryccAATK5xVkMAMAAAAAAAA/AAAAAAAAAKDF4OUDKX1TOJS8MnLQht+KkhR4bEaQ7L+bmiamTbIS4whO2IZgt/xERGyu',
      'yQn+Bxt39qrQ9pSWo2BCgYW+T/Ff1RAO0bNCTmpjRBas8l72L0d2/R88KsV16pGXe6+Ur0N7D8NgDvPMOObhsq6aGgmbnnLX',
      'WP5za4bRyGfSu5mB3NDpq+YvEEfUesFiTvQO+Ojq24ivSzeo8rbZJ6s7MIUkHfbwSzj1dn4TsJY/jcT0+NrGAbL3ZL/XKTH4',
      '4qOfjokZuwEXUi5nKP7ZKVdVy9qOI4C8VF6LNl9q/mnyLVGBN7yutcbVsjB7IbSKbNnhMKt+ZlWJeaKWeY8hBcyQYcQ6AzOu',
      '5MawRckOEo+a+jSd2exbl5tVIK8esLHV2L923iFBVGJenyh/vNjV2l6VKDRi0W7LXAPUYR2WV5FugxPLUND6kmqXXHIbOaNg',
      '2uksfmy34PAAuzztvxxgg/JLHM/aPb+JX3oo+6NM2ZShpAcgHprajzOPlWf2qsFMwHYzc3Bx8fMvksPYtlzWeqCZQckVaGIN',
      '75JhLar0ofGBYJX6SZLuAIcaAaaYK/AJOcvrqLfp6vIBP45KxVoPHUmrOdDQQNP4/ZVAAL/4/XpXzB7hBkpR6dezIfosbggu',
      'cHfkB1RmXlsuwmokZLF3j4GmfSPGMnhNbGg2LdkLJcznYxWXW/HsX2T/7uuiEe390WpjYe6XIM1bsDqIpNRfj1QUCcRhzYit',
      'ooY4bLrXo8aK0bZPCLgwOUEmzfUkqCILnGpxl1fDPaEzHvpQel9HtdMrFf+KFpHpD78AsnVE5RroN54FGHuFfZ5NKyrCryd4',
      'rv3snO/OO248UTLdVeeyY1u/8o1PlRjNgPPQNW3KbUtXP6eTT6pkVU+wFxkMgqghMJmZe2dKcY+Vv7z/Kp3yM4/vBnNK/PRx',
      'FjyqbGKKhT2dGloto+WxinmkQQ1NjgQpLzXmwIU1gnvd/y3cDAUf+SSK6+Vdjh4Rysr1aY/nJoHbLv2cCwhTQrAdzimg4FdU',
      '/Rh6IMM+Bk/Z+URyYKZUZaHEy0HL1tbhiTRRiloKFfnGtioBFD41FVGJ4Y6UFf1koi8lbcKPn/oXBoKgAQmAkAAHCwEAAiQG',
      '8QcBElMP6TilvpuLOofkredfA2dS5SMDAQEFXQAQAAABAAyAgoCaCgHdZeeQAAA=',
    ],
    ppmd: [
      'N3q8ryccAARewti5OwMAAAAAAAAhAAAAAAAAALdzhXcA54GB2ShnLW9STNV3uBuijSPDVvRLqLzAFhVAQp7ulN8HHbwU4zSB',
      'K8f4k2SmrQ7hatIlU/U0O987iameNDj/P888FmSxmsAufn53jj/MI86aG91hP/KEg1CPZ1eJPpD9B6MndLYcmbdBTFpalAFO',
      's1xH+BhfnIEIogtyunVsw4fH+xMl3e5XBmnzGPgez7uXZvSF6PngIkH9i+pHcvSM1U24egwzTbOGnmsB41cda+A/a6BdPnhA',
      'CHh5oVyhWHALn9TP+5dv693zZ/ZrneDtLwDOyKU2zfEnxujBGCjS+LnVvrJ60/mwmh02vVH/NvaYP0DlHqOsHVj8QG1Vr08Z',
      'HA2okCUZFZ5bwUrE1/Ld2npw8GpGms3JajowtieWJtHvHSvqbX0SamRKqBUKrh6wnnh4xbyYWMNNk5ODewC73DtRaaK4bTv0',
      'uIeSZo4loAYUGqJhANSiwEoVbnYGnKLg0x/0ZvTVbTkmk4x+3dXVNLWKAaD5hHCerqnIUzJsy4vIxUi2Jmtf4pSNzw1uVybK',
      '1FV83phZ+GRFapDu7p9RuUIeTG30XAWvh0WnZdABz3prYQXJW0NG414jXJq7EDCES5Ca2lispC6erWexbdyP5/ad7IqVgJgD',
      'gscIyXgnmzDcFMqkkzn4jqgPFdtWcdsgaNUPPaHxXGXHAzZXl5Xk5gQ/8fgTNFmdlhDiq+PLWpL1/+og+ANKz9rM06oVKlrK',
      '4RY1mXYL4OSdoYc/LOSfAUe8/gVbq3aU7Qgu/+UOEsbU4b9PD07zZae83U2ssP5MXJGPk96NQIiwaGo/fYmWdxhK0iDH7OhI',
      'uZfOCDxQ6AMALykFrNuA3q8VbOLu+IHpM7DzjvsCkOZn4fOdMg0G/Uoq5rQwZYD9u5mUGnjU7zQvUgoixhhvms5kEw50u2eX',
      '4ftXAzdSdpLlqAWbYt+N+2ER9iaCEl6cAAAAAAAAAAAAAAAAAIEzB64P1Ud/Sdck0/6zfi+YMngnsoKpD8WWrPW1pYktnHlA',
      'XN0HoAxMK+oYsiF38jSGcP6Mn1uJlUKn6zlzqFKS9yB3lyeSMJV+i3ik9J6Aw1mkO+NGS6sbMU+CxJCjiH+Sr8mHABcGgtMB',
      'CWgABwsBAAEjAwEBBV0AEAAADHoKAfwozKsAAA==',
    ],
    x86: [
      'N3q8ryccAAQZ2s6xtwEAAAAAAAAhAAAAAAAAAKjVQJPgGisBRF0AdBv+IA+HYZKvzMP4lLP0EmlrMkfBxxDr1K7sjRlwawcL',
      'Ck/eUPqJwaUC6zI2Hzr76rgX1BSqiCwUxHMC/xY5zwAJHbwdezPep8bf1jLSzjfdDKqPftm7r48jbdY7PBP8Wsz87QBhfM+/',
      'KGoV/k6THa3FYkC8kar2gj8wTsZIQ+xfxlS2sMrWY2Myts/pUJeieSzZSh306eOVQd61AuxK4Adbl/8DyZzrE7Z0Bx5vUTHn',
      'fuyyE7jNMS/LNgxKs6yEkLCdyulhx2Jd3fblbEJq5GsQB/w8iub3t+RpigjTR8ZHZonfvCu4OuMt5b6g0JLdrbNk4zXZ2r0r',
      'o0cmrzvbmXP4WVof+yiqEGUqhsu9GUxMpyukmLC9kUwytugxtNSa+c6eTCpXEtyBvMWFY0H2xrux22/qaHlteehbBqWAkRCj',
      'FIsPAAAAgTMHrg/VOYD0FyTRz+P3ZM1+y95LrK6IzelXZFes+3ZKdr5Rij3l7qbROQNVn13bK5WMhjVCZHeT2NZoxuP48qeE',
      'jjoKu4+y6QpjD2e9uWCRc3amQ43xcek4vcUSC4M2k3fkj0SCd5sAFwaBTAEJawAHCwEAASMDAQEFXQAQAAAMegoBpiluOAAA',
    ],
  }).map(([name, lines]) => [name, Buffer.from(lines.join(''), 'base64')]),
)

/** Of the list, or of the code (`sha256`, `x86`), by how they are packed. */
export const XZS: Readonly<Record<string, Buffer>> = Object.fromEntries(
  Object.entries({
    arm64: [
      '/Td6WFoAAATm1rRGAgEKACEBFgB95z8l4BRPADddABiOQoh0t0nuvTabsRb/t+DsVKQFpCncv+ORQcEgRkt4KpBy2gYhAck0',
      'q/Y9m4YhEdXEEaSWz1IAAAg20le4qxcjAAFT0CgAAAAMVjylscRn+wIAAAAABFla',
    ],
    blocks: [
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AfPACtdABiOQoh0t0nuvTabsRb/t+DsVKQFpCncv+ORQcEgRkt4KpBy2gYgs3Xn',
      'uQAAAKwbFK4ggQAPAgAhARYAAAB0L+Wj4AfPACpdABoCgmdlYnTuf6DuUXhuJJPAfJp9HHfpGtLfou/bSuwxdPLR5wbB+Fkq',
      'AAAAABF0HJbdrqVMAgAhARYAAAB0L+Wj4ASvACVdABeMgtmjUEs9ysD1CbaMZRXuBCLjvOEsxkD55s4AqqIv3zZ8qAAAAAAA',
      'NBLUOgCOW4AAA0fQD0bQD0GwCQCeXvfTFBc7MAMAAAAABFla',
    ],
    crc64: [
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4BRPADddABiOQoh0t0nuvTabsRb/t+DsVKQFpCncv+ORQcEgRkt4KpBy2gYhAck0',
      'q/Y9m4YhEdXEEaSWz1IAAAg20le4qxcjAAFT0CgAAAAMVjylscRn+wIAAAAABFla',
    ],
    delta: [
      '/Td6WFoAAAD/EtlBAgEDAQIhARby6M1E4BRPADwTABiOtOpttpyA9w4T3MhPFpTT8k0Zp2BrOlI4p8Y6vX2S69u/4NB3tg8s',
      'YCeSZTBF7ml/5ezgFU/WUdnjAAAAAVDQKAAAAKIkqCOoAAr8AgAAAAAAWVo=',
    ],
    sha256: [
      '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AXbAmBdAHQaviAPh1E9vHrucLy76XG4NfepPIuBF95QV5axBtlryCU/hayKTKNQ',
      'EAkqN4gXs09sIpy4SPzKl70JaoqoDUx9fTdlPSyrebMQb2EL1CIQK9Iq4FZhuWETK9vDREQpeJN5QKWlCYFH17ylKTCeLXER',
      'PAnRIcZdunJbl3s4WTq3wkWZIYAbEZSgoCb2KGUtTPNR6xLbxGpqPcbo97QjLxpIXvurDVEelz0MXe2pgqTu5FYF7zW012Ex',
      'JtkndKJwAX1eWW+VwdcghU3uj2Pc7fSRvj6HjXcqEHNSsBTyvVMxKLwP0IoKO6dwzpzt5gxG+bNLXOWnQqcRe1P+nEf3VKoe',
      'MDlvLCwHLfj8yuIXBfLfmipwNPOVOoeogFM7ucxNdS9r+qjR48Wu12J0B+0s9PcNPPblsA6Jn/bVqXrhrKIp1Cby1Z/UB7us',
      'zm5osJiNqeVrIqm0Tc2ybfAK/2vQaKFfAatBtzD/9sdKn6nuIyw/6WHu/pBNg15G3cn2y0j0Q6Hz5ZeOAi/26heytwQMx8Ei',
      'hMoNKRbOHQQNn+7QAOVN4gp7VrGdZUicn6yzD7n6jX38fVKz2+9mb+8nwHyIl3V8GsMyUO+/kEH/0v+nPp2gcVGmFe5nWkuW',
      '/0ZIA0vdlle/BAK56WH733nqmYeaCQ0qcl2Js90mOAkLIBD7RPF3oITubXx6Xs3xZ5RoPyh5tDSbP5o2qwfL2sSNro4SNoTK',
      'WRCYZNGHm4qYWBZ+hyLBj7peLq0psEtJg+TrKP+jShE2S8YtQfysmM/fgVVQGHRGqfvQQXm3bd8+bKyokgAAAMtE8WtAd2Gm',
      'oMpWBJ4/CEMgpoZnC6g06MI3u3k1mDi+AAGUBdwLAAA45pXttunfHAIAAAAAClla',
    ],
    x86: [
      '/Td6WFoAAAFpIt42AgEEACEBFgANhjUf4AXbAQ5dAHQb/iAPh2GSr8zD+JSz9BJpazJHwccQ69Su7I0ZcGsHCwpP3lD6icGl',
      'AusyNh86++q4F9QUqogsFMRzAv8WOc8ACR28HXsz3qfG39Yy0s433Qyqj37Zu6+PI23WOzwT/FrM/O0AYXzPvyhqFf5Okx2t',
      'xWJAvJGq9oI/ME7GSEPsX8ZUtrDK1mNjMrbP6VCXonks2Uod9OnjlUHetQLsSuAHW5f/A8mc6xO2dAceb1Ex537sshO4zTEv',
      'yzYMSrOshJCwncrpYcdiXd325WxCauRrEAf8PIrm97fkaYoI00fGR2aJ37wruDrjLeW+oNCS3a2zZOM12dq9K6NHJq8725lz',
      '+FlaH/soqhBlCCQAAAAAAFD8ZNoAAaYC3AsAAI6cBxY+MA2LAgAAAAABWVo=',
    ],
  }).map(([name, lines]) => [name, Buffer.from(lines.join(''), 'base64')]),
)

/** A `.7z` with a directory of one's own, for those that say what is not so. */
export function sevenOf(
  packed: Uint8Array,
  directory: Uint8Array,
  says: { place?: bigint; size?: bigint } = {},
): Buffer {
  const begin = Buffer.alloc(32)
  begin.write('7z\xbc\xaf\x27\x1c\x00\x04', 'latin1')
  begin.writeBigUInt64LE(says.place ?? BigInt(packed.length), 12)
  begin.writeBigUInt64LE(says.size ?? BigInt(directory.length), 20)
  begin.writeUInt32LE(crc32(directory), 28)
  begin.writeUInt32LE(crc32(begin.subarray(12)), 8)
  return Buffer.concat([begin, packed, directory])
}
