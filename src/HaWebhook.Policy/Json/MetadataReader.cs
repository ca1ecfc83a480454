using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads <c>metadata</c>.</summary>
internal static class MetadataReader
{
    private static readonly WellKnownWords _ownerVersions = new("apps/v1", "v1", "batch/v1", "argoproj.io/v1alpha1");
    private static readonly WellKnownWords _ownerKinds = new("ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Node", "Rollout");

    public static Metadata Read(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return Metadata.Empty;
        }

        string name = "", generateName = "", @namespace = "", uid = "";
        var labels = Metadata.NoStrings;
        var annotations = Metadata.NoStrings;
        IReadOnlyList<OwnerReference> owners = [];
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("name"u8, ref seen, 0))
            {
                name = json.String();
            }
            else if (json.Is("namespace"u8, ref seen, 1))
            {
                @namespace = json.String();
            }
            else if (json.Is("uid"u8, ref seen, 2))
            {
                uid = json.String();
            }
            else if (json.Is("generateName"u8, ref seen, 3))
            {
                generateName = json.String();
            }
            else if (json.Is("labels"u8, ref seen, 4))
            {
                labels = Strings(ref json);
            }
            else if (json.Is("annotations"u8, ref seen, 5))
            {
                annotations = Annotations(ref json);
            }
            else if (json.Is("ownerReferences"u8, ref seen, 6))
            {
                owners = OwnerReferences(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new Metadata
        {
            Name = name,
            GenerateName = generateName,
            Namespace = @namespace,
            Uid = uid,
            Labels = labels,
            Annotations = annotations,
            Owners = owners,
        };
    }

    /// <summary>A map of strings.</summary>
    public static IReadOnlyDictionary<string, string> Strings(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return Metadata.NoStrings;
        }

        Dictionary<string, string>? strings = null;
        while (json.NextProperty())
        {
            Add(ref strings, ref json);
        }

        return strings ?? Metadata.NoStrings;
    }

    /// <summary>A list of strings.</summary>
    public static IReadOnlyList<string> List(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        var list = new List<string>();
        while (json.NextItem())
        {
            list.Add(json.String());
        }

        return list;
    }

    private static IReadOnlyDictionary<string, string> Annotations(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return Metadata.NoStrings;
        }

        Dictionary<string, string>? annotations = null;
        while (json.NextProperty())
        {
            if (json.NameStartsWith("ha-webhook.io/"u8) || json.NameEquals("kubernetes.io/config.mirror"u8))
            {
                Add(ref annotations, ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return annotations ?? Metadata.NoStrings;
    }

    private static void Add(ref Dictionary<string, string>? strings, ref JsonCursor json)
    {
        strings ??= new Dictionary<string, string>(StringComparer.Ordinal);
        if (!strings.TryAdd(json.Name(), json.String()))
        {
            throw json.Error("is given twice");
        }
    }

    private static List<OwnerReference> OwnerReferences(ref JsonCursor json)
    {
        var owners = new List<OwnerReference>();
        if (!json.BeginArray())
        {
            return owners;
        }

        while (json.NextItem())
        {
            string apiVersion = "", kind = "", name = "", uid = "";
            var isController = false;
            ulong seen = 0;
            if (!json.BeginObject())
            {
                continue;
            }

            while (json.NextProperty())
            {
                if (json.Is("apiVersion"u8, ref seen, 0))
                {
                    apiVersion = json.OneOf(_ownerVersions) ?? json.String();
                }
                else if (json.Is("kind"u8, ref seen, 1))
                {
                    kind = json.OneOf(_ownerKinds) ?? json.String();
                }
                else if (json.Is("name"u8, ref seen, 2))
                {
                    name = json.String();
                }
                else if (json.Is("uid"u8, ref seen, 3))
                {
                    uid = json.String();
                }
                else if (json.Is("controller"u8, ref seen, 4))
                {
                    isController = json.BooleanOrNull() ?? false;
                }
                else
                {
                    json.Skip();
                }
            }

            owners.Add(new(apiVersion, kind, name, uid, isController));
        }

        return owners;
    }
}
