{{/* What is the same for each webhook of a configuration. Takes root, name, path. */}}
{{- define "ha-webhook.webhook" -}}
- name: {{ .name }}.ha-webhook.io
  admissionReviewVersions: [v1]
  sideEffects: {{ and .root.Values.audit.events (eq .path "/validate") | ternary "NoneOnDryRun" "None" }}
  matchPolicy: Equivalent
  timeoutSeconds: {{ .root.Values.webhooks.timeoutSeconds }}
  clientConfig:
    service:
      namespace: {{ .root.Release.Namespace | quote }}
      name: {{ include "ha-webhook.fullname" .root | quote }}
      path: {{ .path }}
      port: 443
    {{- if and (eq .root.Values.certificates.mode "existingSecret") .root.Values.certificates.existingSecret.caBundle }}
    caBundle: {{ b64enc .root.Values.certificates.existingSecret.caBundle }}
    {{- end }}
{{- end }}

{{- define "ha-webhook.webhookAnnotations" -}}
{{- $own := dict }}
{{- if eq .Values.certificates.mode "certManager" }}
{{- $_ := set $own "cert-manager.io/inject-ca-from" (printf "%s/%s" .Release.Namespace (include "ha-webhook.fullname" .)) }}
{{- end }}
{{- merge $own (default (dict) .Values.webhooks.annotations) | toYaml }}
{{- end }}

{{/*
Who is not asked about: nodes and the control plane itself; and what the controllers of kube-system make of a workload that was judged (a CNI's pod
must never wait for us). Takes root, and made: whether the latter are left out, too.
*/}}
{{- define "ha-webhook.matchConditions" -}}
- name: not-by-a-node
  expression: "!('system:nodes' in request.userInfo.groups)"
- name: not-by-the-control-plane
  expression: "!(request.userInfo.username in ['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler'])"
{{- if .made }}
- name: not-made-by-a-controller
  expression: "!(request.resource.resource in ['pods', 'replicasets', 'jobs']) || !('system:serviceaccounts:kube-system' in request.userInfo.groups)"
{{- end }}
{{- with .root.Values.webhooks.matchConditions }}
{{ toYaml . }}
{{- end }}
{{- end }}
