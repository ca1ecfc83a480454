{{/* Whether the cluster is audited: true, or nothing. */}}
{{- define "ha-webhook.audits" -}}
{{- if ne (toString .Values.audit.interval) "0" }}true{{ end }}
{{- end }}

{{/* Whether default disruption budgets are kept somewhere: true, or nothing. */}}
{{- define "ha-webhook.defaultBudgets" -}}
{{- range prepend (default list .Values.policy.overrides) .Values.policy }}
{{- if get (default (dict) (get (default (dict) .rules) "default-disruption-budget")) "enabled" }}true{{ end }}
{{- end }}
{{- end }}

{{/* Room is left for the suffixes of names that may have 63 characters. */}}
{{- define "ha-webhook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "ha-webhook.fullname" -}}
{{- $name := include "ha-webhook.name" . }}
{{- default (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "ha-webhook.serviceAccountName" -}}
{{- default (.Values.serviceAccount.create | ternary (include "ha-webhook.fullname" .) "default") .Values.serviceAccount.name }}
{{- end }}

{{/* What selects the pods of a component, for life: a Deployment's selector cannot be changed. Takes (dict "root" $ "component" NAME). */}}
{{- define "ha-webhook.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ha-webhook.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/*
The labels of an object: what selects stays, and values go before the rest. Each key stands there once, or readers of YAML that are strict refuse it.
Takes root, component, and labels that are the object's own.
*/}}
{{- define "ha-webhook.labels" -}}
{{- $rest := dict
  "app.kubernetes.io/version" .root.Chart.AppVersion
  "app.kubernetes.io/part-of" "ha-webhook"
  "app.kubernetes.io/managed-by" .root.Release.Service
  "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") }}
{{- merge (include "ha-webhook.selectorLabels" . | fromYaml) (default (dict) .labels) (default (dict) .root.Values.commonLabels) $rest | toYaml }}
{{- end }}

{{/* The labels of pods, whose versions come and go without a roll. Takes root, component, and labels that are theirs alone. */}}
{{- define "ha-webhook.podLabels" -}}
{{- merge (include "ha-webhook.selectorLabels" . | fromYaml) (default (dict) .labels) (default (dict) .root.Values.commonLabels) | toYaml }}
{{- end }}

{{/*
What every object has beside its kind. Takes root, and where they differ: component, suffix, namespace ("-" for none), labels, annotations.
*/}}
{{- define "ha-webhook.metadata" -}}
metadata:
  name: {{ printf "%s%s" (include "ha-webhook.fullname" .root) (default "" .suffix) | quote }}
  {{- if ne (default "" .namespace) "-" }}
  namespace: {{ default .root.Release.Namespace .namespace | quote }}
  {{- end }}
  labels:
    {{- include "ha-webhook.labels" (dict "root" .root "component" (default "admission" .component) "labels" .labels) | nindent 4 }}
  {{- with merge (dict) (default (dict) .annotations) (default (dict) .root.Values.commonAnnotations) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "ha-webhook.image" -}}
{{- with .Values.image }}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}
{{- if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}

{{/* The seconds of a length of time, such as 7d or 1h30m. */}}
{{- define "ha-webhook.seconds" -}}
{{- $units := dict "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- $seconds := 0 }}
{{- range regexFindAll "[0-9]+[smhd]" . -1 }}
{{- $seconds = add $seconds (mul (substr 0 (int (sub (len .) 1)) .) (get $units (substr (int (sub (len .) 1)) (len .) .))) }}
{{- end }}
{{- $seconds }}
{{- end }}

{{/* Which objects no webhook and no policy of ours is about. */}}
{{- define "ha-webhook.selectors" -}}
{{- $more := default (dict) .Values.webhooks.namespaceSelector -}}
namespaceSelector:
  {{- with $more.matchLabels }}
  matchLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{ concat (list .Release.Namespace) .Values.webhooks.excludedNamespaces | uniq | toJson }}
  {{- with $more.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.webhooks.objectSelector }}
objectSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The custom resources that the policy names, by group. Takes a list of its tables. */}}
{{- define "ha-webhook.customResources" -}}
{{- $groups := dict }}
{{- range . }}
{{- range default list . }}
{{- $_ := set $groups .group (append (default list (get $groups .group)) .resource | uniq) }}
{{- end }}
{{- end }}
{{- toYaml $groups }}
{{- end }}

{{/* The container that the hooks' pods and the webhook's own have in common. */}}
{{- define "ha-webhook.container" -}}
image: {{ include "ha-webhook.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* .NET opens a diagnostics socket in /tmp otherwise; without it nothing is written to the file system at all. */}}
{{- define "ha-webhook.env" -}}
- name: DOTNET_EnableDiagnostics
  value: "0"
{{- end }}

{{/* What the pods have in common. */}}
{{- define "ha-webhook.podSpec" -}}
enableServiceLinks: false
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Annotations of the hooks. Taken away once they are done, for `helm uninstall` does not; left to look at where they fail. */}}
{{- define "ha-webhook.uninstallHook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ quote . }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- define "ha-webhook.testHook" -}}
helm.sh/hook: test
helm.sh/hook-weight: {{ quote . }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
