{{/* What a fallback policy does at most, as the policy's mode and the rule's own action cap it; Off where the rule is. Takes root and rule. */}}
{{- define "ha-webhook.fallbackAction" -}}
{{- $order := dict "Off" 0 "Audit" 1 "Warn" 2 "Deny" 3 }}
{{- $settings := default dict (get (default dict .root.Values.policy.rules) .rule) }}
{{- $mode := get (dict "Audit" "Audit" "Warn" "Warn") (default "" .root.Values.policy.mode) | default "Deny" }}
{{- $least := min (get $order (default "Deny" $settings.action)) (get $order $mode) (get $order .root.Values.fallbackPolicy.action) }}
{{- index (list "Off" "Audit" "Warn" "Deny") $least }}
{{- end }}

{{/*
A ValidatingAdmissionPolicy for a rule. The CEL is that of files/fallback, which `ha-webhook export policies` uses as well; what the policy says comes in
as variables. Takes root, rule and variables (name and CEL).
*/}}
{{- define "ha-webhook.fallbackPolicy" -}}
{{- $policy := .root.Values.policy }}
{{- $exemptions := list }}
{{- range default list $policy.exemptions }}
{{- /* One with an end is left out: CEL has no clock to see it by. */}}
{{- if and (not .until) (or (not .rules) (has "all" .rules) (has $.rule .rules)) }}
{{- $accounts := list }}
{{- range default list .serviceAccounts }}
{{- $accounts = append $accounts (printf "system:serviceaccount:%s" (replace "/" ":" .)) }}
{{- end }}
{{- $exemptions = append $exemptions (dict "namespaces" (default list .namespaces) "usernames" (default list .usernames) "groups" (default list .groups) "serviceAccounts" $accounts) }}
{{- end }}
{{- end }}
{{- $annotations := default dict $policy.annotationExemptions }}
{{- $mayExempt := and (ne (toString $annotations.allowed) "false") (ne (toString $annotations.untilRequired) "true") }}
{{- $variables := concat .variables (list (dict "name" "mayExempt" "expression" (toString $mayExempt)) (dict "name" "exemptions" "expression" (toRawJson $exemptions))) }}
{{- $spec := .root.Files.Get (printf "files/fallback/%s.yaml" .rule) | fromYaml }}
{{- $_ := set $spec "variables" (concat $variables $spec.variables) }}
{{- $_ := set $spec "matchConstraints" (merge (include "ha-webhook.selectors" .root | fromYaml) $spec.matchConstraints) -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
{{ include "ha-webhook.metadata" (dict "root" .root "suffix" (printf "-%s" .rule) "namespace" "-") }}
spec:
  {{- toYaml $spec | nindent 2 }}
{{- end }}

{{/* Its binding. Takes root and rule. */}}
{{- define "ha-webhook.fallbackBinding" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
{{ include "ha-webhook.metadata" (dict "root" .root "suffix" (printf "-%s" .rule) "namespace" "-") }}
spec:
  policyName: {{ include "ha-webhook.fullname" .root }}-{{ .rule }}
  validationActions: [{{ include "ha-webhook.fallbackAction" . }}]
{{- end }}
