using System.Diagnostics.CodeAnalysis;

namespace HaWebhook.Policy.Manifests;

/// <summary>The JSON type of a single value.</summary>
[SuppressMessage("Naming", "CA1720:Identifiers should not contain type names", Justification = "These are the types of YAML and JSON.")]
public enum ScalarKind
{
    /// <summary>Text, quoted or not.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number written with a fraction or an exponent.</summary>
    Float,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>No value.</summary>
    Null,
}
