#!/usr/bin/env bash
# Makes a throw-away certificate authority and a server certificate for trying HaWebhook on one's own machine.
set -euo pipefail
export LC_ALL=C

certs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
service=ha-webhook
namespace=ha-webhook
days=7
out=$certs/out
force=false

usage() {
    cat <<'TEXT'
Usage: create-dev-certs.sh [options]

Makes tls.crt, tls.key and ca.crt for localhost, 127.0.0.1, ::1 and <service>.<namespace>.svc.
For development only.

Options:
  --service NAME     service in the certificate's names (default: ha-webhook)
  --namespace NAME   namespace of that service (default: ha-webhook)
  --days DAYS        days of validity, 1 to 365 (default: 7)
  --out DIRECTORY    where to write (default: certs/out)
  --force            replace what is there
  --help             show this text
TEXT
}

fail() {
    echo "create-dev-certs.sh: $1" >&2
    exit "${2:-1}"
}

require_label() {
    if [[ ${#2} -gt 63 || ! $2 =~ ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ]]; then
        fail "$1 must be a DNS label (lower-case letters, digits and '-', at most 63 characters): '$2'" 2
    fi
}

while [[ $# -gt 0 ]]; do
    case $1 in
        --service | --namespace | --days | --out)
            [[ $# -ge 2 && -n $2 ]] || fail "$1 needs a value; see --help" 2
            declare "${1#--}=$2"
            shift 2
            ;;
        --force)
            force=true
            shift
            ;;
        --help)
            usage
            exit 0
            ;;
        *)
            fail "unknown argument '$1'; see --help" 2
            ;;
    esac
done

require_label --service "$service"
require_label --namespace "$namespace"
[[ $days =~ ^[1-9][0-9]{0,2}$ && $days -le 365 ]] || fail "--days must be a whole number from 1 to 365: '$days'" 2
command -v openssl > /dev/null || fail "openssl is not installed"

if ! $force; then
    for file in tls.crt tls.key ca.crt; do
        [[ ! -e $out/$file ]] || fail "$out/$file exists; --force replaces it"
    done
fi

# From here on nobody else can read what is written.
umask 077
mkdir -p -- "$out"
out=$(cd -- "$out" && pwd)
# Beside its destination, so that the files are put in place by a rename, and only once all of them are good.
work=$(mktemp -d "$out/.new.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

# openssl speaks of its progress on standard error; it is of interest only where it fails.
quietly() {
    "$@" 2> "$work/log" || {
        cat "$work/log" >&2
        fail "openssl failed"
    }
}

host=$service.$namespace.svc
cat > "$work/openssl.cnf" <<TEXT
[req]
distinguished_name = subject
prompt = no
string_mask = utf8only

[subject]
CN = HaWebhook development

[ca]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash

[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1, DNS:$host
TEXT

for key in ca tls; do
    quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$key.key"
done
quietly openssl req -x509 -new -sha256 -key "$work/ca.key" -config "$work/openssl.cnf" -extensions ca \
    -subj "/CN=HaWebhook development CA" -days "$days" -out "$work/ca.crt"
# A name may have at most 64 characters in a subject, and a service's host name may have more: clients read the alternative names.
quietly openssl req -new -sha256 -key "$work/tls.key" -config "$work/openssl.cnf" \
    -subj "/CN=HaWebhook development server" -out "$work/tls.csr"
quietly openssl x509 -req -sha256 -in "$work/tls.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -set_serial "0x$(openssl rand -hex 15)" \
    -extfile "$work/openssl.cnf" -extensions server -days "$days" -out "$work/tls.crt"
quietly openssl verify -purpose sslserver -verify_hostname "$host" -CAfile "$work/ca.crt" "$work/tls.crt" > /dev/null

# The authority's key goes with the working directory: nobody can sign a second certificate with it.
chmod 0600 "$work/tls.key"
chmod 0644 "$work/tls.crt" "$work/ca.crt"
mv -f -- "$work/tls.key" "$work/tls.crt" "$work/ca.crt" "$out/"

cat <<TEXT
Wrote tls.crt, tls.key and ca.crt to $out
for localhost, 127.0.0.1, ::1 and $host, valid until $(openssl x509 -in "$out/tls.crt" -noout -enddate | cut -d= -f2).

Serve:
  $(printf 'ha-webhook serve --no-cluster --tls-cert %q --tls-key %q' "$out/tls.crt" "$out/tls.key")
Ask (review.json holds an AdmissionReview):
  $(printf 'curl --cacert %q' "$out/ca.crt") -H 'Content-Type: application/json' --data-binary @review.json https://localhost:10250/validate
TEXT
