using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads volumes, the claims behind them and where containers mount them.</summary>
internal static class VolumeReader
{
    /// <summary>The volumes that can be written to.</summary>
    public static IReadOnlyList<Volume> ReadList(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        List<Volume>? volumes = null;
        while (json.NextItem())
        {
            if (json.BeginObject() && Read(ref json) is { } volume)
            {
                (volumes ??= []).Add(volume);
            }
        }

        return volumes ?? (IReadOnlyList<Volume>)[];
    }

    public static IReadOnlyList<VolumeMount> ReadMounts(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        List<VolumeMount>? mounts = null;
        while (json.NextItem())
        {
            if (!json.BeginObject())
            {
                continue;
            }

            string name = "", path = "";
            var readOnly = false;
            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("name"u8, ref seen, 0))
                {
                    name = json.String();
                }
                else if (json.Is("mountPath"u8, ref seen, 1))
                {
                    path = json.String();
                }
                else if (json.Is("readOnly"u8, ref seen, 2))
                {
                    readOnly = json.BooleanOrNull() ?? false;
                }
                else
                {
                    json.Skip();
                }
            }

            (mounts ??= []).Add(new(name, path, readOnly));
        }

        return mounts ?? (IReadOnlyList<VolumeMount>)[];
    }

    public static IReadOnlyList<ClaimTemplate> ReadClaimTemplates(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        List<ClaimTemplate>? templates = null;
        while (json.NextItem())
        {
            (templates ??= []).Add(ReadClaimTemplate(ref json));
        }

        return templates ?? (IReadOnlyList<ClaimTemplate>)[];
    }

    private static ClaimTemplate ReadClaimTemplate(ref JsonCursor json)
    {
        var metadata = Metadata.Empty;
        IReadOnlyList<string> modes = [];
        if (!json.BeginObject())
        {
            return new("", modes);
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("metadata"u8, ref seen, 0))
            {
                metadata = MetadataReader.Read(ref json);
            }
            else if (json.Is("spec"u8, ref seen, 1))
            {
                var spec = new SpecFields();
                spec.Read(ref json, "PersistentVolumeClaim");
                modes = spec.AccessModes ?? [];
            }
            else
            {
                json.Skip();
            }
        }

        return new(metadata.Name, modes);
    }

    private static Volume? Read(ref JsonCursor json)
    {
        string name = "", claim = "", hostPath = "";
        VolumeSource? source = null;
        var bringsAlong = false;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("name"u8, ref seen, 0))
            {
                name = json.String();
            }
            else if (json.Is("persistentVolumeClaim"u8, ref seen, 1))
            {
                source = json.IsNull ? source : VolumeSource.PersistentVolumeClaim;
                claim = Text(ref json, "claimName"u8);
            }
            else if (json.Is("hostPath"u8, ref seen, 2))
            {
                source = json.IsNull ? source : Longer(source, VolumeSource.HostPath);
                hostPath = Text(ref json, "path"u8);
            }
            else if (json.IsNull)
            {
                json.Skip();
            }
            else if (BringsAlong(ref json))
            {
                bringsAlong = true;
                json.Skip();
            }
            else
            {
                source = Longer(source, SourceOf(ref json));
                json.Skip();
            }
        }

        return source is null && bringsAlong ? null : new(name, source ?? VolumeSource.EmptyDir) { ClaimName = claim, HostPath = hostPath };
    }

    private static VolumeSource SourceOf(ref JsonCursor json) =>
        json.NameEquals("emptyDir"u8) ? VolumeSource.EmptyDir
        : json.NameEquals("ephemeral"u8) ? VolumeSource.EphemeralClaim
        : VolumeSource.Other;

    /// <summary>Of several sources, which the API server refuses, the one whose data lives longest.</summary>
    private static VolumeSource Longer(VolumeSource? one, VolumeSource other) => one is { } known && known > other ? known : other;

    /// <summary>
    /// Whether the source under the cursor brings something along and takes nothing back. (An inline CSI volume lives as long as its pod, and
    /// mostly brings secrets: Kubernetes, Ephemeral Volumes.)
    /// </summary>
    private static bool BringsAlong(ref JsonCursor json) =>
        json.NameEquals("configMap"u8)
        || json.NameEquals("secret"u8)
        || json.NameEquals("projected"u8)
        || json.NameEquals("downwardAPI"u8)
        || json.NameEquals("csi"u8)
        || json.NameEquals("image"u8)
        || json.NameEquals("gitRepo"u8);

    private static string Text(ref JsonCursor json, ReadOnlySpan<byte> field)
    {
        var text = "";
        if (!json.BeginObject())
        {
            return text;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is(field, ref seen, 0))
            {
                text = json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return text;
    }
}
