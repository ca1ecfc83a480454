namespace HaWebhook.Policy.Configuration;

/// <summary>How far the policy goes. A mode caps the action of every rule. The order is by strictness.</summary>
public enum Mode
{
    /// <summary>Dry run: nothing is denied, warned about or patched; what would have happened is recorded.</summary>
    Audit,

    /// <summary>Nothing is denied: what would have been is a warning. Objects are patched.</summary>
    Warn,

    /// <summary>Rules act as configured.</summary>
    Enforce,
}

/// <summary>What follows from a violation: the words of ValidatingAdmissionPolicy, ordered by weight.</summary>
public enum ValidationAction
{
    /// <summary>Nothing: the rule does not run.</summary>
    Off,

    /// <summary>It is recorded in audit annotations, log and metrics.</summary>
    Audit,

    /// <summary>The user reads a warning.</summary>
    Warn,

    /// <summary>The request is refused.</summary>
    Deny,
}

/// <summary>A choice between letting pass and refusing.</summary>
public enum Outcome
{
    /// <summary>Lets pass.</summary>
    Allow,

    /// <summary>Refuses.</summary>
    Deny,
}

/// <summary>What the namespace label <c>ha-webhook.io/mode</c> may do.</summary>
public enum NamespaceModes
{
    /// <summary>The label is ignored.</summary>
    Ignore,

    /// <summary>The label may make the mode stricter, never laxer.</summary>
    StricterOnly,

    /// <summary>The label decides.</summary>
    Any,
}
