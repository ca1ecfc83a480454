using System.Globalization;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Checking;

/// <summary>Finds the Kubernetes objects in files: one a document, or many in a List.</summary>
internal sealed class ManifestObjects
{
    private readonly List<ManifestObject> _objects = [];
    private readonly List<SkippedDocument> _skipped = [];
    private readonly List<CheckError> _errors = [];

    public IReadOnlyList<ManifestObject> Objects => _objects;

    public IReadOnlyList<SkippedDocument> Skipped => _skipped;

    public List<CheckError> Errors => _errors;

    public void Add(ManifestFile file)
    {
        if (file.Text is null)
        {
            _errors.Add(new(file.Path, 1, file.Error!));
            return;
        }

        foreach (var (index, document) in ManifestReader.Read(file.Text).Index())
        {
            if (document.Error is { } error)
            {
                _errors.Add(new(file.Path, error.Line, error.Message));
            }
            else
            {
                Add(file, document.Root!, new(index, ""));
            }
        }
    }

    private void Add(ManifestFile file, ManifestNode node, Place place, string listApiVersion = "", string listKind = "")
    {
        var root = node as MappingNode;
        if (root is not null && (IsNoText(root, "apiVersion") || IsNoText(root, "kind")))
        {
            _errors.Add(new(file.Path, node.Line, "apiVersion and kind must be texts"));
            return;
        }

        var (apiVersion, kind) = root is null ? ("", "") : (Text(root, "apiVersion", listApiVersion), Text(root, "kind", listKind));
        if (root is null || (apiVersion.Length == 0 && kind.Length == 0))
        {
            _skipped.Add(new(file.Path, node.Line, "", "", "no apiVersion and kind: not a Kubernetes object"));
        }
        else if (apiVersion.Length == 0 || kind.Length == 0)
        {
            _errors.Add(new(file.Path, node.Line, $"{(kind.Length == 0 ? "kind" : "apiVersion")} is missing"));
        }
        else if (kind.EndsWith("List", StringComparison.Ordinal) && root.TryGet("items", out var items) && items is SequenceNode list)
        {
            // The items of a typed list, such as a DeploymentList, may leave out what the list says for all of them.
            foreach (var (index, item) in list.Items.Index())
            {
                Add(file, item, place.Item(index), kind == "List" ? "" : apiVersion, kind[..^"List".Length]);
            }
        }
        else
        {
            var found = new ManifestObject(file.Path, root, apiVersion, kind) { Document = place.Document, Pointer = place.Pointer };
            if (found.Name.Contains("{{", StringComparison.Ordinal))
            {
                _errors.Add(new(file.Path, node.Line, UnrenderedTemplate));
            }
            else
            {
                _objects.Add(found);
            }
        }
    }

    /// <summary>Says that a file is a template and not yet a manifest.</summary>
    public const string UnrenderedTemplate = "this looks like an unrendered template ({{ }}): render it first, for instance with helm template";

    private static string Text(MappingNode node, string key, string otherwise) =>
        node.TryGet(key, out var value) && value is ScalarNode { Kind: ScalarKind.String } scalar ? SingleLine.Of(scalar.Text) : otherwise;

    private static bool IsNoText(MappingNode node, string key) =>
        node.TryGet(key, out var value) && value is not ScalarNode { Kind: ScalarKind.String or ScalarKind.Null };

    private readonly record struct Place(int Document, string Pointer)
    {
        public Place Item(int index) => this with { Pointer = string.Create(CultureInfo.InvariantCulture, $"{Pointer}/items/{index}") };
    }
}
