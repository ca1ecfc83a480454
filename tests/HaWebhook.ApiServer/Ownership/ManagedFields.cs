using System.Globalization;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;

namespace HaWebhook.ApiServer.Ownership;

/// <summary>Who owns which fields of an object: one entry for each program, operation, version and subresource.</summary>
internal sealed record ManagedFields(string Manager, string Operation, string ApiVersion, string? Subresource, string? Time, FieldSet Fields)
{
    private static readonly string[] _ownedMetadata = ["labels", "annotations", "finalizers", "ownerReferences", "generateName"];

    /// <summary>The entries of an object; none where nobody wrote it yet.</summary>
    public static List<ManagedFields> Of(JsonObject? value) => [.. value.Child("metadata").Items("managedFields").Select(entry => new ManagedFields(
        entry.Text("manager") ?? "", entry.Text("operation") ?? "", entry.Text("apiVersion") ?? "",
        entry.Text("subresource"), entry.Text("time"), FieldSet.Parse(entry.Child("fieldsV1"))))];

    /// <summary>Writes the entries into an object: applied ones first, then by time, then by manager, as the API server sorts them.</summary>
    public static void Write(JsonObject value, IEnumerable<ManagedFields> entries)
        => value.Metadata()["managedFields"] = new JsonArray([.. entries
            .Where(entry => entry.Fields.Count > 0)
            .OrderBy(entry => entry.Operation, StringComparer.Ordinal)
            .ThenBy(entry => entry.Time ?? "", StringComparer.Ordinal)
            .ThenBy(entry => entry.Manager, StringComparer.Ordinal)
            .Select(entry => entry.ToJson())]);

    /// <summary>Records an update: whoever writes a value owns it alone from then on.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="live">The object as it is; null where it is new.</param>
    /// <param name="changed">The object as it shall be; its entries are written here.</param>
    /// <param name="manager">The program that writes.</param>
    /// <param name="subresource">The subresource that is written through; null for the object itself.</param>
    /// <param name="now">The time of the write.</param>
    public static void Update(ApiKind kind, JsonObject? live, JsonObject changed, string manager, string? subresource, DateTimeOffset now)
    {
        var (written, removed) = FieldWalk.Difference(live is null ? Base(kind) : Owned(live, subresource), Owned(changed, subresource));
        var entries = Of(live);
        if (written.Count + removed.Count > 0)
        {
            var mine = entries.Find(entry => entry.Is(manager, "Update", kind.ApiVersion, subresource))?.Fields ?? [];
            var fields = new FieldSet(mine.Except(removed).Union(written));
            entries = [.. entries.Where(entry => !entry.Is(manager, "Update", kind.ApiVersion, subresource))
                .Select(entry => entry with { Fields = new(entry.Fields.Except(written).Except(removed)) })];
            entries.Add(new(manager, "Update", kind.ApiVersion, subresource, Stamp(now), fields));
        }

        Write(changed, entries);
    }

    public bool Is(string manager, string operation, string apiVersion, string? subresource)
        => Manager == manager && Operation == operation && Subresource == subresource && (ApiVersion == apiVersion || operation == "Apply");

    /// <summary>The owner as conflict messages name it.</summary>
    public string Show()
        => $"\"{Manager}\"{(Subresource is null ? "" : $" with subresource \"{Subresource}\"")}{(Operation == "Update" ? $" using {ApiVersion}" : "")}";

    public JsonObject ToJson()
    {
        var entry = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null)
        {
            entry["time"] = Time;
        }

        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = Fields.ToJson();
        if (Subresource is not null)
        {
            entry["subresource"] = Subresource;
        }

        return entry;
    }

    public static string Stamp(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A copy with only what can be owned: no identity, no bookkeeping; status only where it is written through its subresource.</summary>
    public static JsonObject Owned(JsonObject value, string? subresource)
    {
        var owned = value.DeepClone().AsObject();
        owned.Remove("kind");
        owned.Remove("apiVersion");
        foreach (var name in owned.Metadata().Select(member => member.Key).Except(_ownedMetadata).ToList())
        {
            owned.Metadata().Remove(name);
        }

        foreach (var name in owned.Select(member => member.Key).Where(name => (name == "status") != (subresource == "status")).ToList())
        {
            owned.Remove(name);
        }

        return owned;
    }

    // What every object of the kind holds has no owner; a value always has one, even where it equals the empty one.
    private static JsonObject Base(ApiKind kind)
    {
        var empty = kind.NewEmpty();
        empty.Metadata();
        empty.Remove("status");
        DropScalars(empty);
        return empty;
    }

    private static void DropScalars(JsonObject value)
    {
        foreach (var (name, child) in value.ToList())
        {
            if (child is JsonObject map)
            {
                DropScalars(map);
            }
            else if (child is not null)
            {
                value.Remove(name);
            }
        }
    }
}
