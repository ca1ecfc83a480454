namespace HaWebhook.Policy.Manifests;

/// <summary>How a value is written.</summary>
public enum NodeStyle
{
    /// <summary>A single value, quoted or not, on one line or several.</summary>
    Scalar,

    /// <summary>The name of a value that is written elsewhere: <c>*name</c>.</summary>
    Alias,

    /// <summary>A mapping with a key a line, held together by indentation.</summary>
    BlockMapping,

    /// <summary>A mapping in braces; in JSON every one is.</summary>
    FlowMapping,

    /// <summary>A list with a dash before each item.</summary>
    BlockSequence,

    /// <summary>A list in brackets; in JSON every one is.</summary>
    FlowSequence,
}
