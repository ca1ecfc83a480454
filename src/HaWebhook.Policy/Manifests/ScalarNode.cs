using System.Text.Encodings.Web;

namespace HaWebhook.Policy.Manifests;

/// <summary>A single value: text, a number, a boolean or null.</summary>
public sealed class ScalarNode : ManifestNode
{
    private readonly string? _literal;

    internal ScalarNode(int line, string text)
        : base(line)
    {
        Text = text;
    }

    internal ScalarNode(int line, string text, ScalarKind kind, string literal)
        : base(line)
    {
        Text = text;
        Kind = kind;
        _literal = literal;
    }

    /// <summary>The value as written, without its quotes and escapes: <c>0644</c> stays <c>0644</c>.</summary>
    public string Text { get; }

    /// <summary>The type the value has in JSON.</summary>
    public ScalarKind Kind { get; }

    /// <summary>The value as JSON text: <c>0644</c> is <c>420</c>, a string has its quotes.</summary>
    public string Json => _literal ?? $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Text)}\"";
}
