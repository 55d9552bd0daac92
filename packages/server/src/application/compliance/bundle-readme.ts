/** What a bundle says about itself. Every command runs where there is a POSIX shell, sha256sum and OpenSSL 3. */
export const README = `Evidence of an Answerback installation, as it was at the time in manifest.txt. For whoever assesses it; it needs
no Answerback, and no network.

WHAT IT IS
  report.txt             read this first: what was looked at, what was seen, what to do where it failed, and what no
                         program can see
  checks.json            the same for programs
  safeguards.json        the safeguards of 45 CFR 164.308 to 164.316: what answers each, which check looks at it, and
                         whose duty it is. Kind "proposed" is of 90 FR 898 and not law
  agreements.json        business associates, their agreements and exceptions, and which way out each stands behind
  settings.json          the settings, without secrets
  audit-checkpoint.txt   how many entries the audit log had and its root, signed
  versions.json          what ran
  sbom.json              of which parts it is made (CycloneDX 1.6)
  manifest.txt           the SHA-256 of each of these, signed
  verifier-key.txt, .pem the key that signed, in two forms

It holds no patient's name, no number, no page and no key. It names the account, business associates, and hosts.
Pages such as docs/compliance/… are of the source of the version in versions.json.

HOW TO VERIFY IT, in the folder it was unpacked to
1. No file was changed, and none was added:
     grep '^[0-9a-f]\\{64\\}  ' manifest.txt | sha256sum --check --strict
     ls    # beside the files named there: manifest.txt, verifier-key.txt, verifier-key.pem, and no other
2. The manifest is signed by the key in verifier-key.pem (OpenSSL 3):
     sed '/^$/,$d' manifest.txt > text
     tail -n 1 manifest.txt | cut -d' ' -f3 | base64 -d | tail -c 64 > signature
     openssl pkeyutl -verify -pubin -inkey verifier-key.pem -rawin -in text -sigfile signature
3. Whose key that is. Anybody can sign with a key of their own, so compare verifier-key.txt with the one that was
   written down when the installation was made (key ceremony, step 6), or that an earlier bundle holds. Both of these
   print the same:
     cut -d+ -f3- verifier-key.txt | base64 -d | tail -c 32 | base64
     openssl pkey -pubin -in verifier-key.pem -outform DER | tail -c 32 | base64
4. audit-checkpoint.txt is verified as in 2, with its name in place of manifest.txt. Compare its lines with the
   checkpoints that are kept on another machine: a log of as many entries has the same root there. The audit itself is
   verified with an export: answerback audit verify FILE.

A file called manifest.unsigned.txt instead of manifest.txt means that the key could not be had, and that nothing
vouches for this bundle.

WHAT IT IS NOT
It is what one program saw of itself at one moment. "pass" means that the program looked and found it so; what it
looked at stands behind it. "not_applicable" is no pass: there was nothing to look at, or no program can see it.
Training, sanctions, buildings, disks and the risk analysis are in nobody's software; report.txt lists them. It is no
certificate, and nobody certifies products for HIPAA.
`
